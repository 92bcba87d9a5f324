package private

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func TestAKilledPortalLosesNothing(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	portal, postmaster := portalProcess(t, dir)
	guest, err := Attach(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	do(t, guest.OwnerURL(), "create table kept (word text); insert into kept values ('acknowledged')")
	stop(t, guest)

	portal.Process.Kill()
	portal.Wait()
	c := start(t, dir) // while the orphan may still be there
	if c.server.pid() == postmaster {
		t.Error("the orphan serves on")
	}
	if got := query(t, c.OwnerURL(), "select word from kept"); got != "acknowledged" {
		t.Errorf("after kill -9: %q", got)
	}
}

func TestAServerDiesWithItsPortal(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux ends a child with its parent")
	}
	dir := dataDir(t)
	portal, _ := portalProcess(t, dir)
	mark, err := markOf(filepath.Join(dir, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	portal.Process.Kill()
	portal.Wait()
	if !within(10*time.Second, func() bool { return len(serversOf(t, mark)) == 0 }) {
		t.Errorf("processes %v outlive their portal", serversOf(t, mark))
	}
}

func TestAnOrphanIsEnded(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	orphan, _ := orphanServer(t, dir)
	c := start(t, dir, Fast())
	if err := orphan.Wait(); err != nil {
		t.Errorf("the orphan ended with %v, want a clean shutdown", err)
	}
	query(t, c.URL(), "select 1")
}

func TestChildrenOfAKilledServerAreEnded(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	orphan, former := orphanServer(t, dir)
	keepBusy(t, former.SuperuserURL())
	orphan.Process.Kill()
	orphan.Wait()
	if len(serversOf(t, former.mark)) == 0 {
		t.Fatal("no child survives the killed server, so that this test shows nothing")
	}
	c := start(t, dir, Fast())
	query(t, c.URL(), "select 1")
}

func TestAKilledServerIsStartedAgain(t *testing.T) {
	t.Parallel()
	c := start(t, dataDir(t))
	do(t, c.OwnerURL(), "create table kept (word text); insert into kept values ('acknowledged')")
	keepBusy(t, c.SuperuserURL())
	for range 2 {
		syscall.Kill(c.recordedPostmaster(), syscall.SIGKILL)
		var got string
		var err error
		if !within(15*time.Second, func() bool {
			got, err = ask(t.Context(), c.OwnerURL(), "select word from kept")
			return err == nil
		}) {
			t.Fatalf("15 s after its end the server does not answer: %v", err)
		}
		if got != "acknowledged" {
			t.Errorf("after a restart: %q", got)
		}
	}
	stop(t, c)
	if pids := serversOf(t, c.mark); len(pids) > 0 {
		t.Errorf("after Stop, processes %v, want none", pids)
	}
}

func TestStopDoesNotWaitForWork(t *testing.T) {
	t.Parallel()
	c := start(t, dataDir(t), Fast())
	keepBusy(t, c.SuperuserURL())
	began := time.Now()
	stop(t, c)
	if took := time.Since(began); took > fastShutdown/2 {
		t.Errorf("Stop took %v with a query under way", took)
	}
}

func TestStopEndsAServerThatHangs(t *testing.T) {
	t.Parallel()
	c := start(t, dataDir(t), Fast())
	if err := syscall.Kill(c.server.pid(), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Stop(impatient); err != nil {
		t.Errorf("Stop: %v", err)
	}
	if pids := serversOf(t, c.mark); len(pids) > 0 {
		t.Errorf("after Stop, processes %v, want none", pids)
	}
}

func TestARecycledProcessIDIsNotTheServers(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	c := start(t, dir, Fast())
	stop(t, c)

	bystander := exec.Command("sleep", "60")
	bystander.SysProcAttr = &syscall.SysProcAttr{}
	if c.account.borrowed { // a process of another user would not deter PostgreSQL
		bystander.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(c.account.uid), Gid: uint32(c.account.gid)}
	}
	if err := bystander.Start(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{postmasterFile, socketFile + ".lock"} {
		file := filepath.Join(dir, "postgres", name)
		if err := os.WriteFile(file, fmt.Appendln(nil, bystander.Process.Pid), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(file, c.account.uid, c.account.gid); err != nil {
			t.Fatal(err)
		}
	}
	query(t, start(t, dir, Fast()).URL(), "select 1")

	if err := bystander.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("the other process was ended: %v", err)
	}
	bystander.Process.Kill()
	bystander.Wait()
}

// portalProcess runs a portal in a process of its own, which a test can kill.
func portalProcess(t *testing.T, dir string) (portal *exec.Cmd, postmaster int) {
	t.Helper()
	portal = exec.Command(os.Args[0])
	portal.Env = append(os.Environ(), portalIn+"="+dir)
	portal.Stderr = t.Output()
	stdout, err := portal.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := portal.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { portal.Process.Kill(); portal.Wait() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the portal did not start: %v", err)
	}
	if postmaster, err = strconv.Atoi(strings.TrimSpace(line)); err != nil {
		t.Fatal(err)
	}
	return portal, postmaster
}

// orphanServer runs a server that no portal looks after, and that outlives whoever started it.
func orphanServer(t *testing.T, dir string) (*exec.Cmd, *Cluster) {
	t.Helper()
	former := start(t, dir, Fast())
	stop(t, former)
	orphan, err := former.account.command(former.binaries.program("postgres"), former.folder, former.settings()...)
	if err != nil {
		t.Fatal(err)
	}
	defer closeExtraFiles(orphan)
	if err := orphan.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { orphan.Process.Kill() })
	if !within(10*time.Second, func() bool { return former.ping(t.Context()) == nil }) {
		t.Fatal("the orphan does not answer")
	}
	return orphan, former
}

// keepBusy has the server compute, without a pause in which it would notice that it should end.
func keepBusy(t *testing.T, url string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	go conn.Exec(context.Background(), "do $$ begin loop end loop; end $$")
	if !within(10*time.Second, func() bool {
		return query(t, url, "select count(*) from pg_stat_activity where query like 'do %loop%' and state = 'active'") == "1"
	}) {
		t.Fatal("the query did not begin")
	}
}

func serversOf(t *testing.T, mark string) []int {
	t.Helper()
	pids, err := processes(mark)
	if err != nil {
		t.Fatal(err)
	}
	return pids
}

func within(limit time.Duration, done func() bool) bool {
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(pollEvery) {
		if done() {
			return true
		}
	}
	return done()
}
