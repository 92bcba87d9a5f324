package ticket

import (
	"slices"
	"strings"

	"github.com/a-h/templ"

	"clientportal/internal/upload"
	"clientportal/internal/web"
)

const deskPreviewURL = "/staff/tickets/preview"

// head is the title of the ticket with what can be done at once.
func (v deskView) head() web.SplitTitle {
	head := web.SplitTitle{
		Title: v.Title, About: v.Number + ",", Customer: web.Link{Label: v.Customer.Name, Href: "/staff/tickets?customer_id=" + v.Customer.ID.String()},
		Back: v.queue.href(), Newer: v.newer, Older: v.older,
	}
	if v.asClient {
		head.Actions = append(head.Actions, v.viewAsClient())
	}
	if v.Status.Finished() {
		head.Actions = append(head.Actions, web.Action{
			Label: "Reopen", Post: v.queue.ticket(v.ID, ""), Fields: []web.Hidden{{Name: "status", Value: string(Open)}},
		})
		return head
	}
	if !v.mine {
		head.Actions = append(head.Actions, web.Action{Label: "Take it", Icon: web.IconUser, Post: v.queue.ticket(v.ID, "/take")})
	}
	head.Actions = append(head.Actions, web.Action{Label: "Resolve", Kind: web.Primary, Href: v.queue.ticket(v.ID, "/resolve")})
	return head
}

// viewAsClient leads to the ticket as the person who asked sees it.
func (v deskView) viewAsClient() web.Action {
	return web.Action{
		Label: "View as client", Icon: web.IconEye, Post: "/staff/view-as/" + v.Customer.ID.String(),
		Fields: []web.Hidden{{Name: "user_id", Value: v.CreatedBy.ID.String()}, {Name: "next", Value: "/tickets/" + v.ID.String()}},
		Attrs:  templ.Attributes{"data-turbo": "false"},
	}
}

// statuses are those that the ticket may be set to, with the one it has.
func (v deskView) statuses() []web.Option {
	var options []web.Option
	for _, s := range append([]Status{v.Status}, StaffMoves(v.Status)...) {
		options = append(options, statusOption(s))
	}
	return options
}

func statusOption(s Status) web.Option {
	return web.Option{Value: string(s), Label: web.TicketState(string(s), true).Words}
}

// people are those who can be on the ticket, with the one who is.
func (v deskView) people() []web.Option {
	options := append([]web.Option{{Label: "Nobody"}}, namedOptions(v.assignees)...)
	if v.Assignee == nil {
		return options
	}
	for _, a := range v.assignees {
		if a.ID == v.Assignee.ID {
			return options
		}
	}
	return append(options, namedOptions([]Named{*v.Assignee})...)
}

func (v deskView) facts(c web.Clock) []web.Fact {
	terms := v.queue.terms
	target := terms.Calendar.words(terms.Policies[v.Priority].FirstResponse)
	facts := []web.Fact{
		{Term: "Next answer due", Value: dueAt(c, v.DeskTicket, terms.dueWords(v.SLA, c.Now))},
		{Term: "First answer", Text: terms.firstAnswer(v.Status, v.CreatedAt, v.SLA.FirstRespondedAt) + ", target " + target},
		{Term: "Project", Text: textOr(v.QuoteName, "None")},
		{Term: "Asked by", Text: v.CreatedBy.Name},
		{Term: "Opened", Value: web.Moment(c, v.CreatedAt)},
	}
	var followers []string
	for _, f := range v.Followers {
		if f.ID != v.CreatedBy.ID {
			followers = append(followers, f.Name)
		}
	}
	if len(followers) > 0 {
		facts = append(facts, web.Fact{Term: "Followed by", Text: strings.Join(followers, ", ")})
	}
	return append(facts, v.worked.facts()...)
}

func (v deskView) composer() web.Composer {
	asker := firstName(v.CreatedBy.Name)
	return web.Composer{
		Form: v.reply, Action: v.queue.ticket(v.ID, "/comments"), Label: "Message", Hint: "Reply to " + asker + ", who gets an e-mail",
		Kinds: []web.Option{{Value: "reply", Label: "Reply to client"}, {Value: "note", Label: "Internal note"}},
		Then:  v.then(), Limits: upload.Limits, Preview: web.Preview{URL: deskPreviewURL, Body: v.preview},
		Hidden:     []web.Hidden{{Name: keyField, Value: v.reply.Value(keyField)}},
		Submit:     []web.Action{{Label: "Send reply", Kind: web.Primary, Attrs: whileSending}},
		SubmitNote: &web.Action{Label: "Save note", Kind: web.Primary, Attrs: whileSending},
	}
}

// then are the states that a reply may leave the ticket in; the first is the one that
// it has, unless a reply opens it again.
func (v deskView) then() []web.Option {
	var options []web.Option
	if v.Status != Closed {
		options = append(options, web.Option{Label: statusOption(v.Status).Label})
	}
	for _, s := range []Status{InProgress, WaitingForClient, Resolved} {
		if slices.Contains(StaffMoves(v.Status), s) {
			options = append(options, statusOption(s))
		}
	}
	return options
}

// freshReply is an empty reply. It starts work on a ticket that nobody has begun.
func (v deskView) freshReply() web.Form {
	form := freshForm()
	if v.Status == Open {
		form.Values.Set("status", string(InProgress))
	}
	return form
}
