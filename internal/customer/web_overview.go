package customer

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/web"
)

// peopleShown is how many stakeholders an overview lists.
const peopleShown = 10

// overviewPage is an overview with what its page shows of it.
type overviewPage struct {
	Overview
	reader       reader
	steps        []step
	stakeholders []Stakeholder
	places       map[uuid.UUID]Place
	form         web.Form // of an assignment
}

func (c staffPages) showOverview(w http.ResponseWriter, r *http.Request) error {
	return c.drawOverview(w, r, http.StatusOK, web.Form{})
}

func (c staffPages) drawOverview(w http.ResponseWriter, r *http.Request, status int, form web.Form) error {
	id, err := customerID(r)
	if err != nil {
		return err
	}
	v := overviewPage{reader: readerOf(r), form: form}
	ctx := r.Context()
	if v.Overview, err = c.Overview(ctx, id); err != nil {
		return err
	}
	people, err := c.Stakeholders(ctx, id, PeopleFilter{Limit: peopleShown})
	if err != nil {
		return err
	}
	v.stakeholders = people.Items
	if v.places, err = c.places(ctx, id, people.Items); err != nil {
		return err
	}
	v.steps = v.Overview.steps(v.reader)
	p := c.page(w, r, v.Name, web.Crumb{Label: "Customers", Href: root}, web.Crumb{Label: v.Name})
	web.Render(w, r, status, customerPage(p, v))
	return nil
}

func (c staffPages) assign(w http.ResponseWriter, r *http.Request) error {
	id, err := customerID(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	employee, err := uuid.Parse(f.Value("employee_id"))
	if err != nil {
		err = fault.InvalidField("employee_id", "Choose who is to serve the customer.")
	} else {
		err = c.AssignEmployee(r.Context(), id, employee)
	}
	if fault.Mendable(err) {
		f, _ = f.With(err)
		return c.drawOverview(w, r, fault.Status(err), f)
	}
	if err != nil {
		return err
	}
	return c.done(w, r, path(id), "They serve the customer from now on.")
}

func (c staffPages) unassign(w http.ResponseWriter, r *http.Request) error {
	ids := assignmentIn{r.PathValue("id"), r.PathValue("employeeId")}
	customer, employee, err := ids.ids()
	if err != nil {
		return err
	}
	if err := c.UnassignEmployee(r.Context(), customer, employee); err != nil {
		return err
	}
	return c.done(w, r, path(customer), "They serve the customer no longer, from now on.")
}

// actions are those of the page's head.
func (v overviewPage) actions() (list []web.Action) {
	list = append(list, web.Action{Label: "Dashboards", Icon: web.IconChart, Href: path(v.ID, "dashboards")})
	if v.reader.manages() {
		list = append(list, web.Action{Label: "Edit", Icon: web.IconEdit, Href: path(v.ID, "edit")})
	}
	switch {
	case !v.reader.administers():
	case v.IsActive:
		list = append(list, web.Action{Label: "Close the customer", Kind: web.Ghost, Href: path(v.ID, "close")})
	default:
		list = append(list, web.Action{Label: "Open again", Kind: web.Primary, Post: path(v.ID, "open")})
	}
	return list
}

func (v overviewPage) facts() []web.Fact {
	return []web.Fact{
		{Term: "Business", Text: business(v.Customer)},
		{Term: "Time zone", Text: v.Timezone},
		{Term: "Currency", Text: v.Currency},
		{Term: "Tickets", Text: v.TicketPrefix + "-1, …"},
		{Term: "Contact", Text: cmp.Or(v.contactNamed, "Nobody yet")},
	}
}

// business is a customer's kind of business in words.
func business(c Customer) string {
	var parts []string
	for _, code := range []*string{c.ClientType, c.BusinessModel, c.WebsiteType} {
		if code != nil {
			parts = append(parts, businessWords[*code])
		}
	}
	words := strings.Join(parts, ", ")
	if words == "" {
		return "Not said yet"
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

var businessWords = map[string]string{
	"b2b": "B2B", "b2c": "B2C", "lead_gen": "lead generation", "online_sales": "online sales",
	"brochure": "brochure website", "transactional": "transactional website",
}

// state says whether a customer's people may sign in.
func (c Customer) state() web.State {
	if c.IsActive {
		return web.State{Tone: web.Done, Words: "Active"}
	}
	return web.State{Tone: web.Closed, Words: "Closed"}
}

// state says what a stakeholder has of the portal.
func (p Place) state() web.State {
	switch {
	case p.IsActive:
		return web.State{Tone: web.Done, Words: "In the portal, " + p.Role}
	case p.Invited:
		return web.State{Tone: web.Waiting, Words: "Invited"}
	case p.Role != "":
		return web.State{Tone: web.Closed, Words: "Deactivated"}
	}
	return web.State{Tone: web.Open, Words: "Not invited yet"}
}

// memberHref leads to somebody's place in the portal, for who may change it.
func (v overviewPage) memberHref(m Member) string {
	if !v.reader.manages() {
		return ""
	}
	return path(v.ID, "people", m.ID.String())
}

func (v overviewPage) allStakeholders() string {
	if v.SetUp.Stakeholders == 0 {
		return "All stakeholders"
	}
	return "All " + web.Plural(v.SetUp.Stakeholders, "stakeholder")
}

func (m Member) state() web.State {
	switch {
	case !m.IsActive:
		return web.State{Tone: web.Closed, Words: "Deactivated"}
	case m.LastLoginAt == nil:
		return web.State{Tone: web.Waiting, Words: "Not signed in yet"}
	}
	return web.State{Tone: web.Done, Words: "Active"}
}

// quoteState is a quote's status in words.
func quoteState(status string) web.State {
	switch status {
	case "draft":
		return web.State{Tone: web.Neutral, Words: "Draft"}
	case "sent":
		return web.State{Tone: web.Waiting, Words: "Waiting for client"}
	case "approved":
		return web.State{Tone: web.Open, Words: "Approved"}
	case "in_progress":
		return web.State{Tone: web.Active, Words: "In progress"}
	case "completed":
		return web.State{Tone: web.Done, Words: "Completed"}
	case "rejected":
		return web.State{Tone: web.Late, Words: "Rejected"}
	}
	return web.State{Tone: web.Closed, Words: "Cancelled"}
}

// quotePath is where staff see a quote: once approved, it is a project.
func quotePath(id uuid.UUID, status string) string {
	switch status {
	case "approved", "in_progress", "completed":
		return "/staff/projects/" + id.String()
	}
	return "/staff/quotes/" + id.String()
}

func fullName(first, last, otherwise string) string {
	return cmp.Or(strings.TrimSpace(first+" "+last), otherwise)
}
