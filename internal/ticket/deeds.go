package ticket

import (
	"strings"

	"clientportal/internal/maybe"
	"clientportal/internal/web"
)

// happening is one line about changes that were made at once: "Sam Okafor took the
// ticket and set it to In progress". The status comes last, since its glyph and its
// words end the line.
func happening(changes []Change, staff bool) web.Happening {
	h := web.Happening{Who: changes[0].ChangedBy, At: changes[0].CreatedAt}
	object := "the ticket"
	var deeds []string
	for _, c := range changes {
		if c.Field != "status" {
			deeds = append(deeds, c.deed(object))
			object = "it"
		}
	}
	for _, c := range changes {
		if c.Field == "status" {
			var deed string
			deed, h.State = c.move(object, staff)
			deeds = append(deeds, deed)
		}
	}
	h.Text = enumerate(deeds)
	return h
}

// deed is what was done by a change of the assignee or of the priority.
func (c Change) deed(object string) string {
	to := maybe.Value(c.NewValue)
	switch {
	case c.Field == "priority":
		return "set the priority of " + object + " to " + to
	case to == "":
		return "took " + maybe.Value(c.OldValue) + " off " + object
	case to == c.ChangedBy:
		return "took " + object
	}
	return "gave " + object + " to " + to
}

// move is what was done by a change of the status, and the state that ends the
// sentence.
func (c Change) move(object string, staff bool) (deed string, to web.State) {
	to = web.TicketState(maybe.Value(c.NewValue), staff)
	switch was, is := Status(maybe.Value(c.OldValue)), Status(maybe.Value(c.NewValue)); {
	case is == Closed:
		return "closed " + object, to.Says("")
	case is == Open && was.Finished():
		return "reopened " + object, to.Says("")
	}
	return "set " + object + " to", to
}

// enumerate is "a", "a and b", "a, b and c".
func enumerate(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
