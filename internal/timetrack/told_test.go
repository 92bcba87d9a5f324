package timetrack_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"clientportal/internal/actor"
	"clientportal/internal/app/apptest"
	"clientportal/internal/jobs"
	"clientportal/internal/mail"
	"clientportal/internal/notify"
	"clientportal/internal/secret"
	"clientportal/internal/timetrack"
)

// post is a house whose people are told, in the portal and by mail.
type post struct {
	house
	outbox string
	read   int               // mails that were looked at
	names  map[string]string // of people, by their address
	now    time.Time
}

func newPost(t *testing.T) *post {
	t.Helper()
	p := &post{house: newHouse(t), outbox: t.TempDir(), names: map[string]string{}, now: time.Now()}
	for name, who := range map[string]*context.Context{
		"chief": &p.admin, "manager": &p.manager, "agent": &p.agent, "other agent": &p.otherAgent,
		"owner": &p.owner, "approver": &p.approver, "member": &p.member, "viewer": &p.viewer, "foreign": &p.foreign,
	} {
		a, _ := actor.From(*who)
		p.names[a.ID.String()+"@"+map[actor.Kind]string{actor.Staff: "agency.example", actor.Client: "x.example"}[a.Kind]] = name
		*who = at(*who, p.now)
	}
	secrets, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	told := notify.New(notify.Deps{
		DB: p.DB, Secrets: secrets, BaseURL: "https://portal.example",
		Mail:       mail.Outbox{Folder: filepath.Join(p.outbox, "outbox"), From: mail.From{Email: "portal@agency.example", Name: func() string { return "Northlight" }}},
		Letterhead: func(context.Context) (mail.Letter, error) { return mail.Letter{Agency: "Northlight"}, nil },
	})
	p.Service = timetrack.New(timetrack.Deps{DB: p.DB, Notify: told})
	workers := river.NewWorkers()
	p.AddWorkers(workers)
	told.AddWorkers(workers)
	queue, err := jobs.Queue(p.Pool(), workers, nil)
	if err != nil {
		t.Fatal(err)
	}
	p.UseJobs(queue)
	if err := queue.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = queue.Stop(context.Background()) })
	return p
}

// day is today where acme is, or some days on.
func (p *post) day(days int) timetrack.Day {
	zone, _ := time.LoadLocation("Europe/Berlin")
	return day(p.now.In(zone).AddDate(0, 0, days).Format(time.DateOnly))
}

// expect waits until the queue is worked off, and holds who was told since the last
// time, in the portal and by mail, to who is to be, each once.
func (p *post) expect(t *testing.T, what, words string, names ...string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); p.count(t, `select count(*) from river_job where state not in ('completed', 'discarded', 'cancelled')`) > 0; {
		if time.Now().After(deadline) {
			t.Fatalf("%s: the jobs don't end", what)
		}
		time.Sleep(20 * time.Millisecond)
	}
	mails := apptest.Outbox(t, p.outbox)
	var to []string
	for _, m := range mails[p.read:] {
		name := p.names[m.To]
		to = append(to, name)
		agency := slices.Contains([]string{"chief", "manager", "agent"}, name)
		if !strings.Contains(m.Text, words) || strings.Contains(m.Text, "https://portal.example/staff/hours") != agency {
			t.Errorf("%s: %s is told\n%s", what, name, m.Text)
		}
	}
	p.read = len(mails)
	slices.Sort(to)
	slices.Sort(names)
	if !slices.Equal(to, names) {
		t.Errorf("%s: mails to %q, want %q", what, to, names)
	}
	if n := p.count(t, `select count(*) from notifications`); n != p.read {
		t.Errorf("%s: %d notices are in the portal, and %d mails went out", what, n, p.read)
	}
}

// worked logs minutes of today.
func (p *post) worked(t *testing.T, who context.Context, minutes int) (timetrack.Entry, error) {
	t.Helper()
	return p.LogEntry(who, timetrack.EntryInput{CustomerID: p.acme, TaskDescription: "Work", Minutes: &minutes, DateWorked: p.day(0), IsRetainer: true})
}

func TestBothSidesAreToldOnceThatARetainerRunsLow(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	r := p.retainer(t, p.day(0).String())
	log := func(minutes int) timetrack.Entry {
		t.Helper()
		e, err := p.worked(t, p.manager, minutes)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	log(479)
	p.expect(t, "below 80 %", "")
	last := log(1)
	p.expect(t, "at 80 %", "Care is used up to 80 %", "owner", "approver", "manager") // who logs it may not know
	if err := p.DeleteEntry(p.manager, last.ID, ""); err != nil {
		t.Fatal(err)
	}
	log(60)
	p.expect(t, "at 80 % once more", "")
	log(61)
	p.expect(t, "at 100 %", "Care is used up to 100 %", "owner", "approver", "manager")
	log(60)
	p.expect(t, "beyond it", "")
	if alerts, err := p.Alerts(p.viewer, r.ID); err != nil || len(alerts) != 2 {
		t.Errorf("alerts %+v, %v", alerts, err)
	}
}

// Of two limits that one entry crosses the higher is told; without a manager an admin
// hears of it.
func TestFromNothingToAllIsOneNotice(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	p.exec(t, `delete from customer_employees where customer_id = $1`, p.acme)
	p.exec(t, `update customer_members set is_active = false where role = 'approver'`)
	if _, err := p.CreateRetainer(p.admin, timetrack.RetainerInput{
		CustomerID: p.acme, Name: "Care", MinutesPerPeriod: 600, Period: timetrack.Month, StartsOn: p.day(0), Deficit: timetrack.Carry,
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.worked(t, p.admin, 700); err != nil {
		t.Fatal(err)
	}
	p.expect(t, "at once", "Care is used up to 100 %", "owner", "chief")
}

func TestABlockIsAskedForAndDecidedOnAloud(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	r := p.retainer(t, p.day(0).String(), func(in *timetrack.RetainerInput) { in.ConsentBlockMinutes, in.OverageRate = ptr(120), amount("95.50") })
	asked := func() timetrack.OverageBlock {
		t.Helper()
		blocks, err := p.Blocks(p.viewer, nil, timetrack.BlockAsked)
		if err != nil || len(blocks) != 1 {
			t.Fatalf("asked for %+v, %v", blocks, err)
		}
		return blocks[0]
	}
	for range 2 {
		if _, err := p.worked(t, p.agent, 601); err == nil {
			t.Fatal("logged without consent")
		}
	}
	p.expect(t, "refused twice", "asks you to approve 2.00 h beyond Care for EUR 191.00", "owner", "approver")
	if _, err := p.ApproveBlock(p.approver, asked().ID, asked().ETag); err != nil {
		t.Fatal(err)
	}
	p.expect(t, "approved", "approver approved 2.00 h beyond Care", "manager")
	if _, err := p.AskForBlock(p.manager, timetrack.BlockInput{RetainerID: r.ID, Minutes: ptr(30), Reason: "The font again"}); err != nil {
		t.Fatal(err)
	}
	p.expect(t, "asked by hand", "The font again", "owner", "approver")
	if _, err := p.DeclineBlock(p.owner, asked().ID, "Not this month", asked().ETag); err != nil {
		t.Fatal(err)
	}
	p.expect(t, "declined", "Not this month", "manager")
	if _, err := p.AskForBlock(p.agent, timetrack.BlockInput{RetainerID: r.ID, Minutes: ptr(30)}); err != nil {
		t.Fatal(err)
	}
	p.expect(t, "asked again", "asks you to approve 0.50 h", "owner", "approver")
	if _, err := p.WithdrawBlock(p.agent, asked().ID, asked().ETag); err != nil {
		t.Fatal(err)
	}
	p.expect(t, "withdrawn", "no longer asks for 0.50 h beyond Care", "owner", "approver")
}

func TestAutomaticApprovalIsToldBeforeItIsDone(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	p.retainer(t, p.day(-1).String(), func(in *timetrack.RetainerInput) { in.AutoApproveAfterDays = ptr(7) })
	run := func(days int) {
		t.Helper()
		if err := p.ApproveByItself(at(actor.As(t.Context(), "jobs"), p.now.AddDate(0, 0, days))); err != nil {
			t.Fatal(err)
		}
	}
	for _, minutes := range []int{30, 45} {
		if _, err := p.worked(t, p.agent, minutes); err != nil {
			t.Fatal(err)
		}
	}
	run(4)
	p.expect(t, "too early", "")
	run(5)
	run(6)
	p.expect(t, "two days before", "will be approved by themselves: 1.25 h in 2 entries", "owner", "approver")
	if n := p.count(t, `select count(*) from time_tracking where approval = 'approved'`); n != 0 {
		t.Errorf("%d are approved before", n)
	}
	run(7)
	run(8)
	p.expect(t, "afterwards", "")
	if n := p.count(t, `select count(*) from time_tracking where approval = 'approved'`); n != 2 {
		t.Errorf("%d are approved after", n)
	}
}

func TestARejectionIsToldToWhoWorked(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	e, err := p.worked(t, p.agent, 60)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.RejectEntry(p.approver, e.ID, "We were told half an hour.", e.ETag); err != nil {
		t.Fatal(err)
	}
	p.expect(t, "rejected", "We were told half an hour.", "agent", "manager")
	if _, err := p.AnswerEntry(p.agent, e.ID, timetrack.Answer{Body: "The font."}); err != nil {
		t.Fatal(err)
	}
	p.expect(t, "answered by the agency", "answered about 1.00 h", "owner", "approver")
	if _, err := p.AnswerEntry(p.owner, e.ID, timetrack.Answer{Body: "I see."}); err != nil {
		t.Fatal(err)
	}
	p.expect(t, "answered by the client", "answered about 1.00 h", "agent", "manager")
}
