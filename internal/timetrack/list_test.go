package timetrack_test

import (
	"slices"
	"testing"

	"clientportal/internal/api"
	"clientportal/internal/timetrack"
)

func TestWhoeverLooksAtHoursLeavesAnEvent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.log(t, "2026-03-02", 60)
	h.log(t, "2026-03-03", 60)
	first, err := h.Entries(h.viewer, timetrack.Filter{}, api.PageQuery{Limit: 1})
	if err != nil || first.NextCursor == nil {
		t.Fatalf("%+v, %v", first, err)
	}
	for name, look := range map[string]func() error{
		"the next page": func() error {
			_, err := h.Entries(h.viewer, timetrack.Filter{}, api.PageQuery{Limit: 1, Cursor: *first.NextCursor})
			return err
		},
		"an employee, all customers' together": func() error {
			_, err := h.Entries(h.agent, timetrack.Filter{}, api.PageQuery{})
			return err
		},
		"an employee, a customer's": func() error {
			_, err := h.Entries(h.agent, timetrack.Filter{CustomerID: &h.acme}, api.PageQuery{})
			return err
		},
		"an employee, of a customer that they don't serve": func() error {
			_, err := h.Entries(h.agent, timetrack.Filter{CustomerID: &h.boltline}, api.PageQuery{})
			return err
		},
	} {
		if err := look(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	views := func(actions []string) int {
		return len(slices.DeleteFunc(actions, func(a string) bool { return a != "time_entry.view_sheet" }))
	}
	if got := views(h.events(t, h.acme)); got != 2 {
		t.Errorf("%d looks at acme's hours are in the trail, want the client's and the employee's", got)
	}
	if got := views(h.events(t, h.boltline)); got != 0 {
		t.Errorf("%d looks at the hours of a customer that nobody serves", got)
	}
}
