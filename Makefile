# make run    the portal with the demo agency, on loopback
# make test   every test: real PostgreSQL, real browser
# make check  generate-diff and test, as continuous integration runs them, and the linter
.PHONY: run build test check lint generate generate-diff bench screenshot

GENERATE = go tool -modfile=tools/generate.mod
LINT     = go tool -modfile=tools/lint.mod
CLUSTER  = go run ./internal/db/dbtest/testcluster

# Without a C compiler: nothing here needs one, and sqlc's parser takes minutes in C.
export CGO_ENABLED = 0

run:
	@scripts/ensure postgresql
	go run ./cmd/portal demo

build:
	go build -trimpath -o bin/portal ./cmd/portal

# The browser's tests wait as a person would, so they have the machine to themselves.
# Tests keep many portals in one process, whose marking would be a third of their work.
test: export GOGC = 400
test: web/node_modules
	@scripts/ensure postgresql chromium
	$(CLUSTER) go test $$(go list ./... | grep -v /e2e$$)
	$(CLUSTER) go test -timeout 20m ./e2e

check: generate-diff lint test

lint:
	$(LINT) golangci-lint run ./...

generate: web/node_modules
	$(GENERATE) templ generate -log-level warn
	$(GENERATE) sqlc generate
	cd web && npm run --silent build

web/node_modules: web/package-lock.json
	cd web && npm ci --silent --no-audit --no-fund
	@touch $@

# What is generated is committed, so that Go alone builds the portal; here it is
# made again and must not differ.
generate-diff: generate
	@git diff --exit-code --stat || { echo "Generated files differ: run make generate and commit."; exit 1; }
	@test -z "$$(git ls-files --others --exclude-standard)" || { git ls-files --others --exclude-standard; echo "Generated files are not committed."; exit 1; }

bench:
	@scripts/ensure postgresql
	go run ./bench

# The README's picture, of the demo as it is today.
screenshot:
	@scripts/ensure postgresql chromium
	go test ./e2e -run TestPicture -count 1 -picture "$(CURDIR)/docs/images/ticket.png"
