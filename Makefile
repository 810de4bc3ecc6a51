# Everything a newcomer types. Each target does its own set-up: Python ≥ 3.11, make and git are enough.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

UV_VERSION := 0.13.9
BIN := .venv/bin
READY := .venv/.ready
SERVERS ?= embedded
WORKERS ?= 2
SECONDS ?= 60

# `make test LANTOA_TEST_SERVERS=native` does the same as setting it in the environment
ifdef LANTOA_TEST_SERVERS
export LANTOA_TEST_SERVERS
endif

.PHONY: help
help: ## Danh sách lệnh / this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@printf '%s\n' '' \
	  '  make demo ARGS=--once            chạy hết rồi dừng / walk through once, then stop' \
	  '  make demo SERVERS=native         qua Kafka, MinIO thật / over real Kafka and MinIO' \
	  '  make demo SERVERS=compose        cả sản phẩm trong container / the whole product in containers' \
	  '  make test PYTEST_ARGS="-k consent"' \
	  '  LANTOA_TEST_SERVERS=native make test'

.PHONY: demo
demo: $(if $(filter compose,$(SERVERS)),,$(READY)) ## Xem trọn một vòng / watch the whole walk (ARGS, SERVERS=embedded|native|compose)
	@case "$(SERVERS)" in \
	  embedded) exec $(BIN)/lantoa demo $(ARGS) ;; \
	  native) deploy/native/fetch.sh && exec $(BIN)/lantoa demo --servers native $(ARGS) ;; \
	  compose) docker compose version >/dev/null 2>&1 || { \
	      echo 'Cần docker compose; không có thì dùng / docker compose is needed; without it use: SERVERS=native' >&2; exit 2; }; \
	    whole='docker compose --env-file deploy/demo.env --file docker-compose.yml --file deploy/compose.demo.yml'; \
	    trap "$$whole down --volumes" EXIT; \
	    $$whole up --build --wait && $$whole run --rm demo $(ARGS) ;; \
	  *) echo 'SERVERS phải là / must be: embedded, native, compose' >&2; exit 2 ;; \
	esac

.PHONY: serve
serve: $(READY) ## Chạy cả bốn dịch vụ / run the four services (ARGS="nominations" for one)
	@exec $(BIN)/lantoa serve $(ARGS)

# loadgroup: tests of one xdist_group go to one worker, and so to one set of servers; the others go where there is room
.PHONY: test
test: $(READY) ## Chạy các phép thử / run the tests (PYTEST_ARGS, LANTOA_TEST_SERVERS)
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup --ignore tests/clients $(PYTEST_ARGS) $(ARGS)

.PHONY: clients
clients: $(READY) ## Thử bằng máy khách của người khác / kcat, npm, PyPI, Chromium read the product
	@tests/clients/prepare.sh
	$(BIN)/pytest tests/clients --timeout 240 $(PYTEST_ARGS) $(ARGS)

# kills, pauses, partitions and a full disk under load; SEED=n breaks the same things at the same moments again
.PHONY: chaos chaos-broken
chaos: $(READY) servers ## Phá mọi bộ phận rồi kiểm tra / break every part, then judge (SECONDS, SEED)
	@exec $(BIN)/python -m tests.real.chaos --seconds $(SECONDS) $(if $(SEED),--seed $(SEED)) $(ARGS)

chaos-broken: $(READY) servers ## Làm hỏng cố ý / the product broken on purpose, in throwaway clones: chaos must find each
	@exec tests/real/chaos/broken/run.sh

# side by side in one run, written into docs/performance.md; FULL=1: with 1,000,000 items as well
.PHONY: bench profile
bench: $(READY) servers ## Đo tốc độ bên cạnh cái khác, ghi vào docs/performance.md / the product beside its peers (FULL=1, ARGS="--only list")
	@tests/bench/peers/prepare.sh
	$(BIN)/python -m tests.bench --write $(if $(FULL),--items 10000 1000000) $(ARGS)

# where the time goes under the bench's own load: .bench/profile/<WHAT>.txt
WHAT ?= graph
ROAD.relay := relay
ROAD.consumer := receive
ROAD.approval := approve
profile: $(READY) ## Xem chỗ chậm / where the time goes (WHAT=graph|item|search|deep|posting|presenting|relay|consumer|approval)
	@exec $(BIN)/python -m tests.bench.profiling $(WHAT) $(ARGS) $(if $(ROAD.$(WHAT)),-- $(BIN)/python -m tests.bench.road --only $(ROAD.$(WHAT)))

# a country's year beside a hundredth of it: times, plans of queries, memory; ARGS="--home FOLDER" keeps both years
FACTOR ?= 1
.PHONY: growth processes
growth: $(READY) ## Một năm cả nước / a country's year: does size change the times? (FACTOR=1)
	@exec $(BIN)/python -m tests.bench.growth --factor $(FACTOR) $(ARGS)

processes: $(READY) servers ## Thêm tiến trình được gì / one service in 1, 2 and 4 processes; consumers killed, replaced and joined
	@exec $(BIN)/python -m tests.bench.growth.processes $(ARGS)

# the seed is printed; the same seed and cases ask the same again
CASES ?= 2000
.PHONY: fuzz
fuzz: $(READY) ## Gõ bừa vào mọi cửa / generated requests and lives (CASES=2000, SEED=random)
	@case "$(SEED)" in ''|random) seed=$$RANDOM$$RANDOM ;; *) seed=$(SEED) ;; esac; \
	echo "make fuzz CASES=$(CASES) SEED=$$seed" >&2; \
	LANTOA_FUZZ_CASES=$(CASES) LANTOA_FUZZ_SEED=$$seed $(BIN)/pytest tests/fuzz -s $(PYTEST_ARGS) $(ARGS)

.PHONY: containers
containers: $(READY) ## Thử cả sản phẩm trong container / try the whole product in containers
	LANTOA_TEST_SERVERS=containers $(BIN)/pytest tests/containers tests/real/test_servers.py $(PYTEST_ARGS) $(ARGS)

SCORER ?= ../shared/tools/score_readings.py
.PHONY: score
score: $(READY) ## Chấm việc đọc kế hoạch / how well plans are read (TEXTS=thư mục có expected.json)
	@test -f $(SCORER) || { echo 'Chưa có bộ chấm / no scorer at $(SCORER): make score SCORER=… TEXTS=…' >&2; exit 2; }
	@$(BIN)/python $(SCORER) $(if $(TEXTS),--texts $(TEXTS)) --command '$(BIN)/lantoa plan read {file} --json' $(ARGS)
	@$(BIN)/python -m tests.plans.reading.pace

.PHONY: check lint types walls fresh
check: lint types walls fresh ## Kiểm tra mã, không sửa gì / check the code, changing nothing

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(READY)
	$(BIN)/mypy

walls: $(READY)
	$(BIN)/lint-imports

fresh: $(READY)
	$(BIN)/pytest tests/architecture tests/contracts

.PHONY: fix
fix: $(READY) ## Sửa những gì máy sửa được / format, mend, refresh contracts and diagrams
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/lantoa schema refresh

.PHONY: servers
servers: ## Tải Kafka, dựng MinIO vào .servers/ / fetch and build, starting nothing
	@deploy/native/fetch.sh

# The environment, made once and again whenever the locked dependencies change. uv is the one on PATH, else a
# pinned one in a small environment inside .venv: `uv sync` removes what is not locked, itself included.
$(READY): pyproject.toml uv.lock
	@set -e; python=; \
	for name in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi; \
	done; \
	if [[ -z $$python ]]; then \
	  echo "Cần Python 3.11 trở lên; máy này có: $$(python3 --version 2>&1 || true). Hãy cài rồi gõ lại lệnh." >&2; \
	  echo "Python 3.11 or newer is needed; found: $$(python3 --version 2>&1 || true). Install it and try again." >&2; \
	  exit 2; \
	fi; \
	uv=$$(command -v uv || true); \
	if ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  echo "Đang tạo môi trường Python / making the Python environment …" >&2; \
	  "$$python" -m venv --clear --without-pip .venv; \
	fi; \
	if [[ -z $$uv ]]; then \
	  uv=.venv/uv/bin/uv; \
	  if [[ $$("$$uv" --version 2>/dev/null || true) != "uv $(UV_VERSION)"* ]]; then \
	    "$$python" -m venv --clear .venv/uv; \
	    .venv/uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"; \
	  fi; \
	fi; \
	echo "Đang cài các thư viện đã khóa phiên bản / installing the locked dependencies …" >&2; \
	env -u VIRTUAL_ENV UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never \
	  "$$uv" sync --locked --quiet --python $(BIN)/python
	@touch $@
