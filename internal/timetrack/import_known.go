package timetrack

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/timetrack/timetrackdb"
)

// known is what rows can speak of.
type known struct {
	customers map[string][]timetrackdb.ImportCustomersRow // by folded name and slug
	byID      map[uuid.UUID]timetrackdb.ImportCustomersRow
	projects  map[string][]timetrackdb.ImportProjectsRow // by folded name and number
	people    map[string][]timetrackdb.ImportEmployeesRow
}

func lookUp(ctx context.Context, q *timetrackdb.Queries) (k known, err error) {
	k = known{map[string][]timetrackdb.ImportCustomersRow{}, map[uuid.UUID]timetrackdb.ImportCustomersRow{}, map[string][]timetrackdb.ImportProjectsRow{}, map[string][]timetrackdb.ImportEmployeesRow{}}
	customers, err := q.ImportCustomers(ctx)
	if err != nil {
		return k, err
	}
	for _, c := range customers {
		k.byID[c.ID] = c
		put(k.customers, c, c.Name, c.Slug)
	}
	projects, err := q.ImportProjects(ctx)
	if err != nil {
		return k, err
	}
	for _, p := range projects {
		put(k.projects, p, p.Name, p.Number)
	}
	people, err := q.ImportEmployees(ctx)
	for _, e := range people {
		put(k.people, e, e.Email, e.Name)
	}
	return k, err
}

// put keeps a thing under each of its names, once.
func put[T any](all map[string][]T, thing T, names ...string) {
	done := ""
	for _, name := range names {
		if name = folded(name); name != "" && name != done {
			all[name] = append(all[name], thing)
			done = name
		}
	}
}

// customer is whom a row was worked for: by the client's name, or where the row has
// none by a project that only one customer has.
func (k known) customer(check *fault.Check, e imported) *timetrackdb.ImportCustomersRow {
	if e.client == "" {
		projects := k.projects[folded(e.project)]
		if e.project != "" && len(projects) == 1 {
			c := k.byID[projects[0].CustomerID]
			return &c
		}
		if e.project != "" {
			check.Add(colClient, "Name the client: %q does not say whose project it is.", e.project)
		}
		return nil
	}
	switch found := k.customers[folded(e.client)]; len(found) {
	case 1:
		return &found[0]
	case 0:
		check.Add(colClient, "You serve no customer called %q. Write the name as the portal has it.", e.client)
	default:
		check.Add(colClient, "Several customers are called %q. Write the customer's short name, as it stands in the address of its page.", e.client)
	}
	return nil
}

func (k known) project(customer uuid.UUID, name string) *timetrackdb.ImportProjectsRow {
	var found *timetrackdb.ImportProjectsRow
	for _, p := range k.projects[folded(name)] {
		if p.CustomerID == customer && found == nil {
			found = &p
		}
	}
	return found
}

// employee is who did the work, by the address or else the name.
func (k known) employee(check *fault.Check, e imported) *timetrackdb.ImportEmployeesRow {
	name := firstOf(e.email, e.person)
	if name == "" {
		return nil // told already
	}
	found := k.people[folded(name)]
	if len(found) == 0 && e.email != "" {
		found = k.people[folded(e.person)]
	}
	switch len(found) {
	case 1:
		return &found[0]
	case 0:
		check.Add(colPerson, "Nobody of the agency is called %q.", name)
	default:
		check.Add(colPerson, "Several of the agency's people are called %q. Export with their e-mail addresses.", name)
	}
	return nil
}
