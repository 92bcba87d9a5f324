package ticket

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/upload"
	"clientportal/internal/web"
)

// minDescription is how much a page asks to be told, in characters: fewer seldom
// say what happens.
const minDescription = 20

// ticketForm is the form of a new ticket, or of one that is edited.
type ticketForm struct {
	web.Form
	priorities []web.Option
	preview    templ.Component // of the description, when it was asked for

	projects []Named // of a new ticket
	edited   *Ticket // the ticket as it is, of an edit
	stale    bool    // it has changed since it was opened
}

// atLeast lets the browser ask for a longer description, before files are sent. One
// that is edited may stay as it is.
func (f ticketForm) atLeast() map[string]string {
	if f.edited != nil {
		return nil
	}
	return map[string]string{"minlength": strconv.Itoa(minDescription)}
}

// formFields are the names of the fields in the order of the form.
var formFields = []string{"title", "description", "category", "quote_id", "priority", upload.Field}

func (c clientPages) showNew(w http.ResponseWriter, r *http.Request) error {
	if _, err := asAuthor(r.Context()); err != nil {
		return err
	}
	values := url.Values{keyField: {newID().String()}, "priority": {string(Medium)}}
	values.Set("quote_id", r.URL.Query().Get("quote_id"))
	return c.drawNew(w, r, http.StatusOK, ticketForm{Form: web.Form{Values: values}})
}

func (c clientPages) drawNew(w http.ResponseWriter, r *http.Request, status int, f ticketForm) (err error) {
	if f.projects, err = c.Projects(r.Context()); err != nil {
		return err
	}
	if f.priorities, err = c.priorityCards(r.Context()); err != nil {
		return err
	}
	p := c.page(w, r, "New ticket", web.Crumb{Label: "Tickets", Href: "/tickets"}, web.Crumb{Label: "New ticket"})
	p.Width = web.Narrow
	web.Render(w, r, status, NewTicketForm(p, f))
	return nil
}

func (c clientPages) create(w http.ResponseWriter, r *http.Request) error {
	if _, err := asAuthor(r.Context()); err != nil {
		return err
	}
	s, err := c.store().Read(r)
	defer s.Files.Discard(r.Context())
	if err != nil {
		return err
	}
	if s.Value("preview") != "" {
		return c.drawNew(w, r, http.StatusOK, ticketForm{Form: s.Again(nil), preview: prose(s.Value("description"))})
	}
	location, err := c.once(r.Context(), s, func(ctx context.Context) (string, error) {
		t, err := c.createFrom(ctx, s)
		return ticketPath(t.ID), err
	})
	if fault.Mendable(err) {
		return c.drawNew(w, r, fault.Status(err), ticketForm{Form: s.Again(err)})
	}
	if err != nil {
		return err
	}
	c.Flash.Say(w, web.Done, "Your ticket is sent. You get an e-mail when somebody answers.")
	http.Redirect(w, r, location, http.StatusSeeOther)
	return nil
}

func (c clientPages) createFrom(ctx context.Context, s upload.Form) (Ticket, error) {
	n := NewTicket{
		Title: s.Value("title"), Description: s.Value("description"), Category: s.Value("category"),
		Priority: Priority(s.Value("priority")), Files: s.Files,
	}
	var check fault.Check
	check.Text("description", "the description", n.Description, minDescription, MaxBody)
	if project := s.Value("quote_id"); project != "" {
		id, err := uuid.Parse(project)
		check.That(err == nil, "quote_id", "Choose one of your projects, or none.")
		n.QuoteID = &id
	}
	if err := check.Err(); err != nil {
		return Ticket{}, together(err, n.check())
	}
	return c.Create(ctx, n)
}

// together is the faults of both, in the order of the form's fields; where both
// blame a field, the page's own words stand.
func together(page, action error) error {
	all, _ := errors.AsType[*fault.Error](page)
	other, ok := errors.AsType[*fault.Error](action)
	if !ok {
		return page
	}
	blamed := func(name string) bool {
		return slices.ContainsFunc(all.Fields, func(f fault.Field) bool { return f.Name == name })
	}
	for _, field := range other.Fields {
		if field.Name == upload.Field || !blamed(field.Name) {
			all.Fields = append(all.Fields, field)
		}
	}
	slices.SortStableFunc(all.Fields, func(a, b fault.Field) int {
		return slices.Index(formFields, a.Name) - slices.Index(formFields, b.Name)
	})
	return all
}

// priorityCards say when a priority fits, and what the agency promises for it.
func (c *core) priorityCards(ctx context.Context) ([]web.Option, error) {
	terms, err := c.Terms(ctx)
	if err != nil {
		return nil, err
	}
	fits := map[Priority]string{
		Urgent: "Nothing works. Answer within ", High: "Many are affected. Within ", Medium: "Annoying. Within ", Low: "When there is time. Within ",
	}
	options := priorityOptions("")
	for i, o := range options {
		p := Priority(o.Value)
		options[i].Hint = fits[p] + terms.Calendar.words(terms.Policies[p].FirstResponse)
	}
	return options, nil
}
