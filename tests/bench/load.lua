-- Sends prepared requests in turn; tells what came of it in one line of JSON.
-- `prepared` is set by the file that includes this one: path, headers, bodies, and a prefix of keys where posts need them.
local made, sent = {}, 0

function init(args)
  for i, body in ipairs(prepared.bodies) do
    made[i] = wrk.format("POST", prepared.path, prepared.headers, body)
  end
end

function request()
  sent = sent + 1
  if prepared.keys then
    local headers = { ["Idempotency-Key"] = '"' .. prepared.keys .. sent .. '"' }
    for name, value in pairs(prepared.headers) do headers[name] = value end
    return wrk.format("POST", prepared.path, headers, prepared.bodies[(sent - 1) % #prepared.bodies + 1])
  end
  return made[(sent - 1) % #made + 1]
end

function done(summary, latency, requests)
  local failed = summary.errors
  io.write(string.format(
    '\nTOLD {"requests":%d,"bytes":%d,"duration_us":%d,"refused":%d,"broken":%d,"p50_us":%d,"p99_us":%d}\n',
    summary.requests, summary.bytes, summary.duration, failed.status,
    failed.connect + failed.read + failed.write + failed.timeout, latency:percentile(50), latency:percentile(99)))
end
