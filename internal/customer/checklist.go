package customer

import (
	"fmt"

	"clientportal/internal/web"
)

// step is one thing that a new customer needs.
type step struct {
	title string
	text  string
	done  bool
	next  *web.Action // what does it; nil where it is done, or somebody else does it
}

// steps are what a customer needs, in the order in which it is done. manages says
// whether the reader may do them.
func (o Overview) steps(r reader) []step {
	n := o.SetUp
	list := []step{
		{"Name the people", web.Plural(n.Stakeholders, "stakeholder") + " known", n.Stakeholders > 0,
			to("Add a stakeholder", path(o.ID, "stakeholders", "new"))},
		{"Invite them", invited(n), n.Members > 0,
			to("Choose whom to invite", path(o.ID, "stakeholders"))},
		{"Say who serves them", web.Plural(n.Employees, "employee") + " assigned", n.Employees > 0, nil},
		{"Agree on a project", projects(n), n.Projects > 0,
			to("Draft a quote", "/staff/quotes/new?customer_id="+o.ID.String())},
		{"Agree on a retainer", "Hours are logged against it once there is one", n.Retainer,
			to("Make a retainer", "/staff/retainers/new?customer_id="+o.ID.String())},
		{"Connect data sources", fmt.Sprintf("%d of %d connected", n.Connected, n.DataSources), n.Connected > 0,
			to("Look at them", "/staff/data-sources?customer_id="+o.ID.String())},
		{"Build a dashboard", web.Plural(n.Dashboards, "dashboard"), n.Dashboards > 0,
			to("Build one", path(o.ID, "dashboards"))},
	}
	if n.Stakeholders == 0 {
		list[0].text = "Who is known here may register"
		list[1].next = nil
	}
	if n.Employees == 0 {
		list[2].text = "Nobody but the agency's admins sees them yet"
	}
	if n.DataSources == 0 {
		list[5].text = "Where the figures of their dashboard come from"
		list[5].next = to("Connect one", "/staff/data-sources/new?customer_id="+o.ID.String())
	}
	if n.Dashboards == 0 {
		list[6].text = "What they see of their figures"
	}
	if r.administers() {
		list[2].next = to("Choose who", "#serving")
	}
	for i := range list {
		if list[i].done || !r.manages() {
			list[i].next = nil
		}
	}
	return list
}

func to(label, href string) *web.Action { return &web.Action{Label: label, Href: href} }

func invited(n SetUp) string {
	switch {
	case n.Members > 0:
		return web.Plural(n.Members, "person has", "people have") + " a place in the portal"
	case n.Invitations > 0:
		return web.Plural(n.Invitations, "invitation waits", "invitations wait") + " to be accepted"
	}
	return "Nobody has a place in the portal yet"
}

func projects(n SetUp) string {
	switch {
	case n.Projects > 0:
		return web.Plural(n.Projects, "project")
	case n.Quotes > 0:
		return web.Plural(n.Quotes, "quote is", "quotes are") + " not approved yet"
	}
	return "An approved quote is a project"
}

// left is how many steps are left to do.
func left(steps []step) (n int) {
	for _, s := range steps {
		if !s.done {
			n++
		}
	}
	return n
}
