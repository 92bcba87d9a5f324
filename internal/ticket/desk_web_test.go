package ticket_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/ticket"
)

func TestADeskTicketsSettings(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	made := p.raise(t, "Gift cards fail")
	path := deskPath(made.ID) + "?view=all"
	form := p.get(t, p.agent, path).wants(t, "the page", 200, "Gift cards fail", "Asked by Mara Lindqvist", "Not yet, target 4 h", "left")
	settings := []string{"version", form.hidden(t, "version"), "seen", form.hidden(t, "seen"),
		"status", "in_progress", "assigned_to", p.manager.ID.String(), "priority", "urgent", "category", "Shop"}
	p.post(t, p.agent, path, settings...).leadsTo(t, "change", path)
	p.get(t, p.member, clientPath(made.ID)).
		wants(t, "as the client reads it", 200, "gave the ticket to Priya Raman, set the priority of it to urgent and set it to In progress")

	settings[7] = ""
	again := p.post(t, p.manager, path, settings...)
	again.wants(t, "stale", http.StatusPreconditionFailed, "The ticket is not changed yet", "Sam Okafor changed the ticket meanwhile").
		has(t, "stale", `<option value="" selected>Nobody`)
	settings[1] = again.hidden(t, "version")
	p.post(t, p.manager, path, settings...).leadsTo(t, "once more", path)
	p.post(t, p.manager, path, "assigned_to", p.otherAgent.ID.String()).
		wants(t, "one who serves another customer", http.StatusUnprocessableEntity, "Choose somebody who is active and serves this customer.")
	now, err := p.desk.Ticket(by(t, p.agent), made.ID)
	if err != nil || now.Assignee != nil || now.Priority != ticket.Urgent || now.Status != ticket.InProgress {
		t.Errorf("after the forms: %+v %v", now.DeskSummary, err)
	}
}

func TestADeskTicketsMessages(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	made := p.raise(t, "Gift cards fail")
	path := deskPath(made.ID)
	p.upload(t, p.agent, path+"/comments", [][2]string{{"secret.txt", "Do not show"}}, "kind", "note", "body", "Between **us**", "status", "resolved", "form_key", uuid.NewString()).
		leadsTo(t, "note", path+"#comment-")
	p.post(t, p.agent, path+"/notes", "internal_notes", "Remember the VAT").leadsTo(t, "notes", path)
	p.get(t, p.manager, path).wants(t, "colleague", 200, "Internal, not shown to the client", "us", "secret.txt", "Remember the VAT", "Open")
	p.get(t, p.member, clientPath(made.ID)).lacks(t, "client", "Between", "secret.txt", "Remember the VAT", "Internal")

	key := uuid.NewString()
	for range 2 {
		p.post(t, p.agent, path+"/comments?view=mine", "kind", "reply", "body", "Which till is it?", "status", "waiting_for_client", "form_key", key).
			leadsTo(t, "reply", path+"?view=mine#comment-")
	}
	p.get(t, p.member, clientPath(made.ID)).wants(t, "client", 200, "Which till is it?", "Waiting for you", "People ML Mara Lindqvist SO Sam Okafor")
	p.get(t, p.agent, path).wants(t, "agent", 200, "Paused while the client answers", "Waiting for client")
	if now, _ := p.tickets.Ticket(by(t, p.member), made.ID); len(now.Comments) != 1 {
		t.Errorf("%d replies of a form that was sent twice", len(now.Comments))
	}
	p.post(t, p.agent, path+"/comments", "kind", "note", "body", "").
		wants(t, "empty", http.StatusUnprocessableEntity, "The message is not sent yet: 1 thing to fix").
		has(t, "empty", `value="note" checked`)
}

func TestATicketIsResolvedWithWords(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	made := p.raise(t, "Gift cards fail")
	path := deskPath(made.ID)
	form := p.get(t, p.agent, path+"/resolve").wants(t, "form", 200, "What was done?")
	version := form.hidden(t, "version")
	p.post(t, p.agent, path+"/resolve", "version", version, "resolution", "The **till** was off", "preview", "1").
		wants(t, "preview", 200, "Preview The till was off")
	p.post(t, p.agent, path+"/resolve", "version", `"99"`, "resolution", "The till was off").
		wants(t, "stale", http.StatusPreconditionFailed, "The ticket is not resolved yet", "The till was off")
	p.post(t, p.agent, path+"/resolve?view=mine", "version", version, "resolution", "The **till** was off").leadsTo(t, "resolve", path+"?view=mine")
	p.get(t, p.member, clientPath(made.ID)).wants(t, "client", 200, "Sam Okafor Northlight", "Resolution The till was off", "set the ticket to Resolved")
	p.get(t, p.agent, path).wants(t, "agent", 200, "Nothing is due", "Reopen")
	p.post(t, p.agent, path, "status", "open").leadsTo(t, "reopen", path)
	p.get(t, p.member, clientPath(made.ID)).wants(t, "reopened", 200, "Sam Okafor reopened the ticket").lacks(t, "reopened", "Resolution The till")
}

func TestTheTicketsBesideAreThoseOfTheQueue(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	var made []ticket.Ticket
	for _, title := range []string{"First", "Second", "Third", "Another"} {
		made = append(made, p.raise(t, title))
	}
	p.set(t, made[3].ID, ticket.Resolved)
	g := p.get(t, p.agent, deskPath(made[1].ID)+"?sort=created_at")
	g.has(t, "the middle one", `rel="prev" href="`+deskPath(made[0].ID)+"?sort=created_at", `rel="next" href="`+deskPath(made[2].ID)+"?sort=created_at")
	p.get(t, p.agent, deskPath(made[0].ID)+"?sort=created_at").lacks(t, "the first", `rel="prev"`)
	p.get(t, p.agent, deskPath(made[2].ID)+"?sort=created_at").lacks(t, "the last", `rel="next"`)
}
