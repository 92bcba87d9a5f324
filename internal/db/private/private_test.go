package private

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestStartMakesAClusterAndFindsItAgain(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	c := start(t, dir) // durable, as the portal runs it
	do(t, c.OwnerURL(), "create table kept (word text); insert into kept values ('found'); grant select on kept to portal")
	stop(t, c)
	if _, err := os.Stat(filepath.Join(dir, "postgres", "postmaster.pid")); !os.IsNotExist(err) {
		t.Errorf("after Stop, postmaster.pid: %v, want it gone", err)
	}
	if pids, err := processes(c.mark); err != nil || len(pids) > 0 {
		t.Errorf("after Stop, processes %v (%v), want none", pids, err)
	}

	c = start(t, dir)
	if got := query(t, c.URL(), "select word from kept"); got != "found" {
		t.Errorf("second start reads %q, want found", got)
	}
}

func TestStartSetsUpForText(t *testing.T) {
	t.Parallel()
	c := start(t, dataDir(t), Fast())
	for question, want := range map[string]string{
		"show server_encoding":               "UTF8",
		"show data_checksums":                "on",
		"show timezone":                      "UTC",
		"show listen_addresses":              "",
		"select lower('ÉCOLE Straße Ωμέγα')": "école straße ωμέγα",
		"select string_agg(w, '' order by w) from (values ('b'), ('a'), ('B'), ('é')) t(w)": "Babé",
	} {
		if got := query(t, c.URL(), question); got != want {
			t.Errorf("%s: %q, want %q", question, got, want)
		}
	}
}

func TestRolesHaveTheirRightsAndNoMore(t *testing.T) {
	t.Parallel()
	c := start(t, dataDir(t), Fast())
	do(t, c.OwnerURL(), "create extension pg_trgm; create role made_by_owner; grant made_by_owner to portal")

	rights := `select concat_ws(' ', rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication)
		from pg_roles where rolname = current_user`
	for role, check := range map[string]struct{ url, want string }{
		"owner":  {c.OwnerURL(), "t f f t f f"},
		"worker": {c.URL(), "t f f f f f"},
	} {
		if got := query(t, check.url, rights); got != check.want {
			t.Errorf("%s: login, superuser, bypassrls, createrole, createdb, replication: %s, want %s", role, got, check.want)
		}
	}
	if got := query(t, c.OwnerURL(), "select pg_get_userbyid(datdba) from pg_database where datname = 'portal'"); got != "portal_owner" {
		t.Errorf("the database belongs to %s", got)
	}
	var refused interface{ SQLState() string }
	err := try(t, c.URL(), "create table public.escape ()")
	if !errors.As(err, &refused) || refused.SQLState() != "42501" {
		t.Errorf("the worker makes a table: %v, want insufficient privilege", err)
	}
}

func TestStartPutsRolesRight(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	c := start(t, dir, Fast())
	do(t, c.SuperuserURL(), "alter role portal superuser bypassrls")
	stop(t, c)
	c = start(t, dir, Fast())
	if got := query(t, c.URL(), "select concat(rolsuper, rolbypassrls) from pg_roles where rolname = 'portal'"); got != "ff" {
		t.Errorf("superuser and bypassrls of portal after a start: %s, want ff", got)
	}
}

func TestASecondPortalIsRefusedButMayAttach(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	c := start(t, dir, Fast())

	_, err := Start(t.Context(), dir, quiet, Fast())
	var inUse *InUseError
	if !errors.As(err, &inUse) {
		t.Fatalf("second Start: %v, want InUseError", err)
	}
	for _, part := range []string{dir, "process id " + strconv.Itoa(os.Getpid()), "started 20"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}

	guest, err := Attach(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := query(t, guest.URL(), "select current_user"); got != "portal" {
		t.Errorf("attached as %s", got)
	}
	stop(t, guest)
	query(t, c.URL(), "select 1") // still runs

	stop(t, c)
	if _, err := Attach(t.Context(), dir); err == nil {
		t.Error("Attach succeeds where nothing runs")
	}
}

func TestDeepFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(dataDir(t), strings.Repeat("a-folder-in-a-folder/", 8), "data")
	c := start(t, dir, Fast())
	link := c.socket.link
	if link == "" {
		t.Fatalf("the socket's folder is %s, want a short link", c.socket.folder)
	}
	if info, err := os.Stat(link); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the link's folder: %v, %v; want mode 0700", info.Mode(), err)
	}
	query(t, c.URL(), "select 1")
	stop(t, c)
	if _, err := os.Stat(link); !os.IsNotExist(err) {
		t.Errorf("after Stop, the link's folder: %v, want it gone", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "postgres", "PG_VERSION")); err != nil {
		t.Errorf("removing the link touched the cluster: %v", err)
	}
}

func TestRootHandsOverAFolderOutOfReach(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root has folders that the server's user cannot reach")
	}
	parent := dataDir(t)
	if err := os.Chmod(parent, 0o700); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(parent, "data")
	c := start(t, dir, Fast())
	info, err := os.Stat(filepath.Join(dir, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	if owner := info.Sys().(*syscall.Stat_t).Uid; owner == 0 || info.Mode().Perm() != 0o700 {
		t.Errorf("the cluster belongs to user %d with mode %v, want another than root and 0700", owner, info.Mode())
	}
	secret := filepath.Join(parent, "secret")
	if err := os.WriteFile(secret, []byte("root's own"), 0o644); err != nil {
		t.Fatal(err)
	}
	err = try(t, c.SuperuserURL(), "select pg_read_file('"+secret+"')")
	if err == nil || !strings.Contains(err.Error(), "Permission denied") {
		t.Errorf("the server reads beside its folder: %v, want permission denied", err)
	}
}

func TestAnUnfinishedFirstStartLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	leftover := filepath.Join(dir, unfinishedPrefix+"123")
	if err := os.MkdirAll(filepath.Join(leftover, "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond) // within initdb
	defer cancel()
	if _, err := Start(ctx, dir, quiet, Fast()); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("Start with 50 ms: %v, want its deadline", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), "postgres") {
			t.Errorf("%s is left", entry.Name())
		}
	}
	query(t, start(t, dir, Fast()).URL(), "select 1")
}

func TestAFailedStartTellsTheServersLastWords(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	stop(t, start(t, dir, Fast()))
	if err := os.Remove(filepath.Join(dir, "postgres", "global", "pg_control")); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), dir, quiet, Fast())
	if err == nil || !strings.Contains(err.Error(), "pg_control") {
		t.Errorf("Start without pg_control: %v, want what the server said of it", err)
	}
	if _, err := lock(dir); err != nil {
		t.Errorf("after a failed Start the folder stays locked: %v", err)
	}
}

func TestAFolderThatIsNoClusterIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	precious := filepath.Join(dir, "postgres", "precious")
	if err := os.MkdirAll(filepath.Dir(precious), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(precious, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), dir, quiet, Fast())
	if err == nil || !strings.Contains(err.Error(), "no PostgreSQL cluster") {
		t.Errorf("Start over another folder: %v", err)
	}
	if _, err := os.Stat(precious); err != nil {
		t.Error(err)
	}
}
