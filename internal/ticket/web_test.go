package ticket_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/ticket"
)

const hostile = `<script>alert(1)</script>"><img src=x onerror=alert(2)>`

func TestWhoMayOpenWhichPage(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	id := p.raise(t, "Gift cards fail").ID
	const signIn, forbidden, missing = http.StatusSeeOther, http.StatusForbidden, http.StatusNotFound
	for _, page := range []struct {
		path                            string
		member, viewer, stranger, staff int
	}{
		{"/tickets", 200, 200, 200, signIn},
		{"/tickets/new", 200, forbidden, 200, signIn},
		{clientPath(id), 200, 200, missing, signIn},
		{clientPath(id) + "/edit", 200, forbidden, missing, signIn},
		{clientPath(uuid.New()), missing, missing, missing, signIn},
		{"/tickets/nonsense", missing, missing, missing, signIn},
	} {
		p.get(t, p.member, page.path).wants(t, "member "+page.path, page.member)
		p.get(t, p.viewer, page.path).wants(t, "viewer "+page.path, page.viewer)
		p.get(t, p.stranger, page.path).wants(t, "stranger "+page.path, page.stranger)
		p.get(t, p.agent, page.path).wants(t, "agent "+page.path, page.staff)
	}
	for _, page := range []struct {
		path                      string
		agent, otherAgent, member int
	}{
		{"/staff/tickets", 200, 200, signIn},
		{deskPath(id), 200, missing, signIn},
		{deskPath(id) + "/resolve", 200, missing, signIn},
		{"/staff/tickets/nonsense", missing, missing, signIn},
	} {
		p.get(t, p.agent, page.path).wants(t, "agent "+page.path, page.agent)
		p.get(t, p.otherAgent, page.path).wants(t, "another agent "+page.path, page.otherAgent)
		p.get(t, p.member, page.path).wants(t, "member "+page.path, page.member)
	}
}

func TestWhoMaySendWhichForm(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	made := p.raise(t, "Gift cards fail")
	for _, path := range []string{"/comments", "/close", "/reopen", "/follow", "/unfollow", "/edit"} {
		form := []string{"body", "Hello", "title", "Taken over", "description", "Taken over by somebody else", "priority", "low"}
		p.post(t, p.viewer, clientPath(made.ID)+path, form...).wants(t, "viewer "+path, http.StatusForbidden)
		p.post(t, p.stranger, clientPath(made.ID)+path, form...).wants(t, "stranger "+path, http.StatusNotFound)
	}
	p.post(t, p.viewer, "/tickets", "title", "From a viewer", "description", "Somebody who may only read").wants(t, "viewer creates", http.StatusForbidden)
	for _, path := range []string{"", "/take", "/notes", "/comments", "/resolve"} {
		form := []string{"body", "Hello", "status", "resolved", "internal_notes", "Hello", "resolution", "Done"}
		p.post(t, p.otherAgent, deskPath(made.ID)+path, form...).wants(t, "another agent "+path, http.StatusNotFound)
	}
	after, err := p.desk.Ticket(by(t, p.agent), made.ID)
	if err != nil || after.Version != 1 {
		t.Errorf("what was refused has changed the ticket: version %d, %v", after.Version, err)
	}
}

func TestAViewerSeesNothingToWriteWith(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	made := p.raise(t, "Gift cards fail")
	p.get(t, p.viewer, clientPath(made.ID)).wants(t, "ticket", 200, "Gift cards fail").
		lacks(t, "a viewer's ticket", "<textarea", "Close ticket", "Follow", "/edit")
	p.get(t, p.viewer, "/tickets").wants(t, "list", 200, "Gift cards fail").lacks(t, "a viewer's list", "New ticket")
}

func TestANewTicketsFaultsStandBesideWhatWasTyped(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	again := p.upload(t, p.member, "/tickets", [][2]string{{"notes.txt", "Some notes"}},
		"title", " ", "description", "Checkout broken", "priority", "urgent", "category", "Checkout", "quote_id", p.project.String())
	again.wants(t, "too little", http.StatusUnprocessableEntity,
		"The ticket is not sent yet: 3 things to fix", "Give the ticket a title.",
		"Say a little more: at least 20 characters, this has 15.", "Choose notes.txt again", "Checkout broken")
	again.has(t, "what was chosen", `value="urgent" checked`, `value="Checkout" selected`, `value="`+p.project.String()+`" selected`)
	p.post(t, p.member, "/tickets", "title", "A title", "description", "Long enough to say what happens", "quote_id", p.otherProject.String()).
		wants(t, "a foreign project", http.StatusUnprocessableEntity, "Choose one of your projects, or none.")
	p.upload(t, p.member, "/tickets", [][2]string{{"page.html", hostile}}, "title", "A title", "description", "Long enough to say what happens").
		wants(t, "a web page", http.StatusUnsupportedMediaType, "page.html can't be attached.")
	if n := p.count(t); n != 0 || p.stored(t) != 0 {
		t.Errorf("%d tickets and %d files came of forms that were refused", n, p.stored(t))
	}
}

func (p pages) count(t *testing.T) (n int) {
	p.scan(t, "select count(*) from client_tickets", nil, &n)
	return n
}

func TestAFormThatIsSentTwiceRaisesOneTicket(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	key := p.get(t, p.member, "/tickets/new").hidden(t, "form_key")
	form := []string{"form_key", key, "title", "Gift cards fail", "description", "They fail for everybody at checkout", "priority", "high"}
	send := func(fields ...string) sight {
		return p.upload(t, p.member, "/tickets", [][2]string{{"a.txt", "Hello"}}, fields...)
	}
	answers := make([]sight, 8)
	var twins sync.WaitGroup
	for i := range answers {
		twins.Go(func() { answers[i] = send(form...) })
	}
	twins.Wait()
	for _, answer := range answers {
		answer.leadsTo(t, "a twin", answers[0].location)
	}
	if n := p.count(t); n != 1 || p.stored(t) != 1 {
		t.Fatalf("%d tickets and %d files of one form", n, p.stored(t))
	}
	form[3] = "Gift cards still fail"
	changed := send(form...)
	if changed.leadsTo(t, "changed", "/tickets/"); changed.location == answers[0].location || p.count(t) != 2 {
		t.Errorf("a form that was changed and sent again led to %s", changed.location)
	}
}

func TestAReply(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	made := p.raise(t, "Gift cards fail")
	path := clientPath(made.ID)
	p.upload(t, p.member, path+"/comments", [][2]string{{"shot.txt", "What I saw"}}, "body", "It is **still** so", "form_key", uuid.NewString()).
		leadsTo(t, "reply", path+"#comment-")
	p.get(t, p.member, path).wants(t, "the ticket", 200, "Mara Lindqvist", "still", "shot.txt", "10 B")
	p.post(t, p.member, path+"/comments", "body", "   ").
		wants(t, "empty", http.StatusUnprocessableEntity, "The reply is not sent yet: 1 thing to fix")
	p.post(t, p.member, path+"/comments", "body", "Only _looking_", "preview", "1").
		wants(t, "preview without script", 200, "Preview Only looking", "Only _looking_")
	if now, _ := p.tickets.Ticket(by(t, p.member), made.ID); len(now.Comments) != 1 {
		t.Errorf("%d comments of one that was sent", len(now.Comments))
	}
	p.post(t, p.member, path+"/comments", "body", "Never mind", "close", "1").leadsTo(t, "send and close", path)
	p.get(t, p.member, path).wants(t, "closed", 200, "Never mind", "closed the ticket", "This ticket is closed.").
		lacks(t, "a closed ticket", "<textarea")
	p.post(t, p.member, path+"/comments", "body", "One more thing").
		wants(t, "reply to a closed ticket", http.StatusConflict, "This ticket is closed", "One more thing")
}

func TestMarkdownIsShownBeforeItIsSent(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	for who, path := range map[*actor.Actor]string{&p.member: "/tickets/preview", &p.agent: "/staff/tickets/preview"} {
		shown := p.post(t, *who, path, "body", "A **bold** "+hostile)
		if shown.status != 200 || !strings.Contains(shown.html, "<strong>bold</strong>") || strings.Contains(shown.html, "<script") || strings.Contains(shown.html, "<img") {
			t.Errorf("%s: %d %s", path, shown.status, shown.html)
		}
	}
}

func TestButtonsOfATicket(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	made := p.raise(t, "Gift cards fail")
	path := clientPath(made.ID)
	press := func(who actor.Actor, button string) {
		t.Helper()
		p.post(t, who, path+button).leadsTo(t, button, path)
	}
	press(p.admin, "/follow")
	p.get(t, p.admin, path).wants(t, "followed", 200, "Following")
	press(p.admin, "/unfollow")
	p.set(t, made.ID, ticket.Resolved)
	p.get(t, p.member, path).wants(t, "resolved", 200, "Reopen")
	press(p.member, "/reopen")
	p.get(t, p.member, path).wants(t, "reopened", 200, "reopened the ticket").lacks(t, "an open ticket", "Reopen")
	press(p.member, "/close")
	now, err := p.tickets.Ticket(by(t, p.admin), made.ID)
	if err != nil || now.Status != ticket.Closed || now.FollowedBy(p.admin.ID) {
		t.Errorf("after the buttons: %v %v", now, err)
	}
	p.post(t, p.member, path+"/reopen").wants(t, "reopen what is closed", http.StatusConflict)
}

func TestAnEditOfWhatHasChangedMeanwhile(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	made := p.raise(t, "Gift cards fail")
	path := clientPath(made.ID)
	form := p.get(t, p.member, path+"/edit").wants(t, "form", 200, "Gift cards fail", "It happens **always**.")
	p.set(t, made.ID, ticket.InProgress)
	fields := []string{"version", form.hidden(t, "version"), "seen", form.hidden(t, "seen"),
		"title", "Gift cards fail on Mondays", "description", "Only on Mondays, it seems", "priority", "low", "category", ""}
	again := p.post(t, p.member, path+"/edit", fields...)
	again.wants(t, "stale", http.StatusPreconditionFailed,
		"Sam Okafor changed the ticket after you opened it", "The ticket as it is now Gift cards fail", "Gift cards fail on Mondays", "Only on Mondays")
	fields[1] = again.hidden(t, "version")
	p.post(t, p.member, path+"/edit", fields...).leadsTo(t, "once more", path)
	p.get(t, p.member, path).wants(t, "edited", 200, "Gift cards fail on Mondays", "Low")
	p.post(t, p.member, path+"/edit", "title", "", "description", "Short", "priority", "odd").
		wants(t, "faults", http.StatusUnprocessableEntity, "Give the ticket a title.", "The ticket is not saved yet")
}

func TestHostileTextsAreShownAsTheyWereTyped(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	created, err := p.tickets.Create(by(t, p.member), ticket.NewTicket{Title: hostile, Description: hostile, Category: hostile[:50]})
	if err != nil {
		t.Fatal(err)
	}
	for _, comment := range []func(context.Context) error{
		func(ctx context.Context) error {
			_, err := p.desk.AddComment(ctx, created.ID, ticket.NewDeskComment{Body: hostile})
			return err
		},
		func(ctx context.Context) error {
			_, err := p.desk.AddComment(ctx, created.ID, ticket.NewDeskComment{Body: hostile, Internal: true})
			return err
		},
		func(ctx context.Context) error {
			text := hostile
			_, err := p.desk.Update(ctx, created.ID, ticket.DeskEdit{Resolution: &text, InternalNotes: &text, Status: ptr(ticket.Resolved)}, "")
			return err
		},
	} {
		if err := comment(by(t, p.agent)); err != nil {
			t.Fatal(err)
		}
	}
	query := "?view=all&q=" + values([]string{"q", hostile}).Encode()[2:]
	shown := map[string]actor.Actor{
		"/tickets?view=all": p.member, "/tickets" + query: p.member, clientPath(created.ID): p.member, clientPath(created.ID) + "/edit": p.member,
		"/staff/tickets?view=all": p.agent, "/staff/tickets" + query: p.agent, deskPath(created.ID) + query: p.agent, deskPath(created.ID) + "/resolve": p.agent,
	}
	for path, who := range shown {
		g := p.get(t, who, path).wants(t, path, 200, "alert(1)")
		g.html = strings.ReplaceAll(g.html, `<script src="`, "") // the portal's own
		for _, live := range []string{"<script", "<img src=x"} {
			if strings.Contains(g.html, live) {
				t.Errorf("%s: %s is live", path, live)
			}
		}
	}
	again := p.post(t, p.member, "/tickets", "title", hostile, "description", hostile[:10], "category", hostile, "quote_id", hostile, "priority", hostile)
	if again.wants(t, "typed again", http.StatusUnprocessableEntity, hostile); strings.Contains(again.html, "<script>") {
		t.Error("what was typed is live when it is shown again")
	}
}
