# Shared by the scripts: where things are, and a throwaway PostgreSQL server. Sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() { printf '\n== %s\n' "$*"; }

# Installs Debian packages that are missing: install_missing COMMAND PACKAGE ...
install_missing() {
  local wanted=()
  while [ $# -gt 1 ]; do
    command -v "$1" >/dev/null 2>&1 || wanted+=("$2")
    shift 2
  done
  [ ${#wanted[@]} -eq 0 ] && return
  command -v apt-get >/dev/null || { echo "Install these first: ${wanted[*]}" >&2; exit 1; }
  say "Installing ${wanted[*]}"
  local as_root=""
  [ "$(id -u)" = 0 ] || as_root=sudo
  $as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
}

# Compiles with clippy in the compiler's place, warnings as errors: with_lints cargo test. It is what `cargo clippy` does,
# but for code that also runs, so that nothing is compiled twice.
with_lints() {
  RUSTC_WORKSPACE_WRAPPER=$(command -v clippy-driver) CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings "$@"
}

# Sends temporary files to memory where there is enough of it: hundreds of databases are made and dropped, and on a disk
# making their files takes longer than using them.
temporary_files_in_memory() {
  local free; free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1) || free=0
  local memory; memory=$(awk '/^MemAvailable/ {print $2}' /proc/meminfo)
  [ "${free:-0}" -gt 4000000 ] && [ "${memory:-0}" -gt 8000000 ] && [ -w /dev/shm ] || return 0
  export TMPDIR=/dev/shm
}

postgres_bin() {
  if [ -n "${TENANTRY_PG_BIN:-}" ]; then echo "$TENANTRY_PG_BIN"; return; fi
  { ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null || true; } | sort -V | tail -n 1
}

install_postgres() {
  [ -n "$(postgres_bin)" ] || install_missing postgres-that-is-not-there postgresql
}

# Starts a server in a temporary folder, with durability off: for building and checking, never for data. Sets
# $server (the folder of its socket); it is gone when the script ends.
start_throwaway_postgres() {
  install_postgres
  local bin; bin=$(postgres_bin)
  server=$(mktemp -d /tmp/tenantry-build.XXXXXX)
  local as=()
  if [ "$(id -u)" = 0 ]; then chown postgres "$server"; as=(runuser -u postgres --); fi
  (cd / && "${as[@]}" "$bin/initdb" -D "$server/data" -A trust -U postgres --no-sync --locale=C.UTF-8 >/dev/null)
  (cd / && "${as[@]}" "$bin/pg_ctl" -D "$server/data" -w -l "$server/log" \
    -o "-k $server -c listen_addresses= -c fsync=off -c full_page_writes=off" start >/dev/null)
  trap 'stop_throwaway_postgres' EXIT
  throwaway_bin=$bin
}

stop_throwaway_postgres() {
  [ -n "${server:-}" ] || return 0
  local as=()
  [ "$(id -u)" = 0 ] && as=(runuser -u postgres --)
  (cd / && "${as[@]}" "$throwaway_bin/pg_ctl" -D "$server/data" -m immediate stop >/dev/null 2>&1) || true
  rm -rf "$server"
}

# A database with every migration applied, owned by tenantry_owner.
make_build_database() {
  local psql=("$throwaway_bin/psql" -q -h "$server" -v ON_ERROR_STOP=1)
  "${psql[@]}" -U postgres -c 'create role tenantry_owner login' -c 'create role tenantry_app login' \
    -c 'create database build owner tenantry_owner'
  local file
  for file in migrations/*.sql; do "${psql[@]}" -U tenantry_owner -d build -1 -f "$file"; done
  build_database="postgres://tenantry_owner@localhost/build?host=$server"
}
