package customer

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/customer/customerdb"
	"clientportal/internal/fault"
	"clientportal/internal/sheet"
)

// Report says of an import what becomes of each row.
type Report struct {
	Rows         int       `json:"rows"`
	Accepted     int       `json:"accepted" doc:"Rows that bring something new"`
	Unchanged    int       `json:"unchanged" doc:"Rows that say what is there already"`
	Refused      int       `json:"refused"`
	Customers    int       `json:"customers" doc:"New customers"`
	Stakeholders int       `json:"stakeholders" doc:"New stakeholders"`
	Refusals     []Refusal `json:"refusals" doc:"The refused rows, in the order of the file"`
}

// Refusal says why a row is not imported.
type Refusal struct {
	Line    int      `json:"line" doc:"In the file, from 1"`
	Reasons []Reason `json:"reasons"`
	row     sheet.Row
}

// Reason is what is wrong with one cell.
type Reason struct {
	Column  string `json:"column"`
	Message string `json:"message"`
}

// plan is what an import will make, and its report.
type plan struct {
	Report
	customers []*target // new ones
	touched   []*target // new ones, and those that get new people
	people    []*Stakeholder

	fields   []string
	targets  map[string]*target // by folded name
	repeated map[string]bool    // names that several customers have already
}

// target is a customer of which rows speak.
type target struct {
	Customer
	line    int            // that brings it; 0: it is there already
	people  map[string]int // the lines that bring them, by folded address; 0: there already
	primary int            // the line that brings its primary contact
	made    []uuid.UUID    // new stakeholders
}

// planOf says what the rows come to, beside what there is already.
func planOf(ctx context.Context, q *customerdb.Queries, rows []sheet.Row, fields []string) (*plan, error) {
	p := &plan{fields: fields, targets: map[string]*target{}, repeated: map[string]bool{}}
	p.Rows, p.Refusals = len(rows), []Refusal{}
	at, mentioned := columnsOf(fields), map[string]bool{}
	for _, row := range rows {
		mentioned[folded(record{row, at}.cell("customer"))] = true
	}
	if err := p.lookUp(ctx, q, mentioned); err != nil {
		return nil, err
	}
	for _, row := range rows {
		if err := p.take(record{row, at}); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// lookUp finds the customers that are there already, and their people.
func (p *plan) lookUp(ctx context.Context, q *customerdb.Queries, mentioned map[string]bool) error {
	known, err := q.KnownCustomers(ctx)
	if err != nil {
		return err
	}
	byID := map[uuid.UUID]*target{}
	var ids []uuid.UUID
	for _, row := range known {
		name := folded(row.Name)
		if !mentioned[name] {
			continue
		}
		p.repeated[name] = p.targets[name] != nil
		t := &target{Customer: Customer{ID: row.ID, Name: row.Name}, people: map[string]int{}}
		p.targets[name], byID[row.ID] = t, t
		ids = append(ids, row.ID)
	}
	people, err := q.KnownStakeholders(ctx, ids)
	for _, row := range people {
		byID[row.CustomerID].people[folded(row.Email)] = 0
	}
	return err
}

// take decides on a row.
func (p *plan) take(r record) error {
	t, person, err := p.read(r)
	if err != nil {
		return p.refuse(r.row, err)
	}
	accepted := false
	if p.targets[folded(t.Name)] == nil {
		p.targets[folded(t.Name)] = t
		p.customers, p.touched = append(p.customers, t), append(p.touched, t)
		accepted = true
	}
	if person != nil {
		if t.line == 0 && t.made == nil {
			p.touched = append(p.touched, t)
		}
		t.people[folded(person.Email)] = r.row.Line
		if person.IsPrimaryContact {
			t.primary = r.row.Line
		}
		person.CustomerID = t.ID
		t.made = append(t.made, person.ID)
		p.people = append(p.people, person)
		accepted = true
	}
	p.Customers, p.Stakeholders = len(p.customers), len(p.people)
	if accepted {
		p.Accepted++
	} else {
		p.Unchanged++
	}
	return nil
}

// read checks a row and finds the customer of which it speaks, and who is new in
// it. Nobody is where the row names none, or one who is known already.
func (p *plan) read(r record) (*target, *Stakeholder, error) {
	if n := len(r.row.Cells); n > len(p.fields) {
		return nil, nil, fault.InvalidField("", "The row has %d cells, but there are %d columns. A text with a comma in it needs quotes.", n, len(p.fields))
	}
	c, err := r.draft().customer()
	var found []error
	if err != nil {
		found = append(found, err)
	}
	t, err := p.find(r, c)
	if err != nil {
		found = append(found, err)
	}
	var person *Stakeholder
	if r.speaksOfPerson() {
		if person, err = p.stakeholder(t, r); err != nil {
			found = append(found, err)
		}
	}
	return t, person, merged(found)
}

// find is the customer of which a row speaks, a new one where nobody is called so.
func (p *plan) find(r record, c Customer) (*target, error) {
	name := folded(c.Name)
	if p.repeated[name] {
		return nil, fault.InvalidField("customer", "Several customers are called %s. Add this row by hand.", c.Name)
	}
	t := p.targets[name]
	if t == nil {
		id, err := uuid.NewV7()
		c.ID = id
		return &target{Customer: c, line: r.row.Line, people: map[string]int{}}, err
	}
	if t.line == 0 {
		return t, nil
	}
	var check fault.Check
	edits := editsOf(t.Customer, c)
	for _, column := range columns {
		_, differs := edits[column.name]
		check.That(!differs || r.cell(column.name) == "", column.name, "Line %d, which brings %s, says otherwise.", t.line, t.Name)
	}
	return t, check.Err()
}

// stakeholder is the person in a row, nil where the customer knows them already.
func (p *plan) stakeholder(t *target, r record) (*Stakeholder, error) {
	var check fault.Check
	given := r.person(&check)
	s, err := given.stakeholder()
	if err != nil {
		return nil, err
	}
	if t != nil {
		if _, known := t.people[folded(s.Email)]; known {
			return nil, check.Err()
		}
		check.That(!s.IsPrimaryContact || t.primary == 0, "is_primary_contact", "Line %d names the primary contact of %s already.", t.primary, t.Name)
	}
	s.ID, err = uuid.NewV7()
	return &s, errors.Join(check.Err(), err)
}

// refuse notes what is wrong with a row. An error that is not the row's fault is
// given back.
func (p *plan) refuse(row sheet.Row, err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Code != fault.Invalid {
		return err
	}
	refusal := Refusal{Line: row.Line, row: row}
	for _, field := range f.Fields {
		refusal.Reasons = append(refusal.Reasons, Reason{field.Name, field.Message})
	}
	p.Refused++
	p.Refusals = append(p.Refusals, refusal)
	return nil
}

// merged is several faults as one, with the columns' names for the fields.
func merged(errs []error) error {
	var check fault.Check
	for _, err := range errs {
		f, ok := errors.AsType[*fault.Error](err)
		if !ok {
			return err
		}
		for _, field := range f.Fields {
			if field.Name == "name" {
				field.Name = "customer"
			}
			check.Add(field.Name, "%s", field.Message)
		}
	}
	return check.Err()
}

// folded is a text as it is compared: white space and case make no difference.
func folded(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), " ")) }
