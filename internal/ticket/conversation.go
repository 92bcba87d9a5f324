package ticket

import (
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"clientportal/internal/markdown"
	"clientportal/internal/maybe"
	"clientportal/internal/web"
)

// entry is one line of a conversation: a message, or what was done between two.
type entry struct {
	at        time.Time
	message   *web.Message
	happening *web.Happening
}

// thread makes the conversation of a ticket as one side reads it.
type thread struct {
	staff     bool
	agency    string // the companies' names
	customer  string
	downloads string // where files are fetched, before their ids
	entries   []entry
}

// clientThread is the conversation as the customer's people read it.
func clientThread(t Ticket, agency string) []entry {
	th := thread{agency: agency, customer: t.CustomerName, downloads: "/api/client-portal/attachments/"}
	th.opening(t.CreatedBy.Name, t.CreatedAt, t.Description, t.OwnFiles())
	for _, c := range t.Comments {
		th.comment(c, false)
	}
	th.resolution(t.Resolution, t.ResolvedAt, t.Changes)
	th.changes(t.Changes)
	return th.inOrder()
}

// deskThread is the same with what only the agency reads.
func deskThread(t DeskTicket, agency string) []entry {
	th := thread{staff: true, agency: agency, customer: t.Customer.Name, downloads: "/api/staff/attachments/"}
	var shared, internal []Attachment
	for _, file := range t.OwnFiles() {
		if file.Internal {
			internal = append(internal, file.Attachment)
		} else {
			shared = append(shared, file.Attachment)
		}
	}
	th.opening(t.CreatedBy.Name, t.CreatedAt, t.Description, shared)
	if len(internal) > 0 {
		th.say(web.Message{Author: agency, Agency: true, Internal: true, At: internal[0].CreatedAt, Files: th.files(internal)})
	}
	for _, c := range t.Comments {
		th.comment(c.Comment, c.Internal)
	}
	th.resolution(t.Resolution, t.ResolvedAt, t.Changes)
	th.changes(t.Changes)
	return th.inOrder()
}

// inOrder sorts by time. What was done with a message stands below it.
func (th *thread) inOrder() []entry {
	slices.SortStableFunc(th.entries, func(a, b entry) int { return a.at.Compare(b.at) })
	return th.entries
}

func (th *thread) say(m web.Message) {
	m.Company = th.customer
	if m.Agency {
		m.Company = th.agency
	}
	th.entries = append(th.entries, entry{at: m.At, message: &m})
}

func (th *thread) opening(author string, at time.Time, description string, files []Attachment) {
	th.say(web.Message{Author: author, At: at, Body: prose(description), Files: th.files(files)})
}

func (th *thread) comment(c Comment, internal bool) {
	th.say(web.Message{
		ID: anchorOf(c.ID), Author: c.Author.Name, Agency: c.Author.Kind == "staff", Internal: internal,
		At: c.CreatedAt, Body: prose(c.Body), Files: th.files(c.Attachments),
	})
}

// prose is what somebody wrote, as HTML that is safe to show.
func prose(text string) templ.Component { return templ.Raw(markdown.HTML(text)) }

// anchorOf is the id of a comment's element, so that links lead to it.
func anchorOf(comment uuid.UUID) string { return "comment-" + comment.String() }

// resolution tells how the ticket was resolved, in the words of whoever did it.
func (th *thread) resolution(text *string, at *time.Time, changes []Change) {
	if text == nil || at == nil {
		return
	}
	author := th.agency
	for _, c := range changes {
		if c.Field == "status" && maybe.Value(c.NewValue) == string(Resolved) {
			author = c.ChangedBy
		}
	}
	th.say(web.Message{Author: author, Agency: true, At: *at, Body: templ.Join(resolutionTitle(), prose(*text))})
}

// changes tells what was done, in one line for what one person did at once.
func (th *thread) changes(changes []Change) {
	for len(changes) > 0 {
		n := 1
		for n < len(changes) && changes[n].ChangedBy == changes[0].ChangedBy && changes[n].CreatedAt.Equal(changes[0].CreatedAt) {
			n++
		}
		h := happening(changes[:n], th.staff)
		th.entries = append(th.entries, entry{at: h.At, happening: &h})
		changes = changes[n:]
	}
}

func (th *thread) files(attachments []Attachment) []web.File {
	var files []web.File
	for _, a := range attachments {
		files = append(files, web.File{
			Name: a.FileName, Href: th.downloads + a.ID.String(), Bytes: a.SizeBytes,
			Image: strings.HasPrefix(a.ContentType, "image/"),
		})
	}
	return files
}
