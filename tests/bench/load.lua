-- Sends prepared requests in turn; tells what came of it in one line of JSON.
-- `prepared` is set by the file that includes this one: path, headers, bodies; where posts need them a prefix of keys,
-- and `parts`, one to be put into each path and used once: the run ends when there is none left.
local made, sent = {}, 0

function init(args)
  for i, body in ipairs(prepared.bodies) do
    made[i] = wrk.format("POST", prepared.path, prepared.headers, body)
  end
end

function request()
  sent = sent + 1
  if prepared.parts and sent >= #prepared.parts then wrk.thread:stop() end
  if prepared.keys then
    local path = prepared.path
    if prepared.parts then path = path:gsub("{}", prepared.parts[math.min(sent, #prepared.parts)]) end
    local headers = { ["Idempotency-Key"] = '"' .. prepared.keys .. sent .. '"' }
    for name, value in pairs(prepared.headers) do headers[name] = value end
    return wrk.format("POST", path, headers, prepared.bodies[(sent - 1) % #prepared.bodies + 1])
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
