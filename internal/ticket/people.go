package ticket

import (
	"slices"

	"clientportal/internal/maybe"
)

// person is somebody who is part of a conversation.
type person struct {
	name   string
	agency bool
}

// people are who raised the ticket, who follows it, who has written, and who is on
// it, each once.
func (t Ticket) people() []person {
	people := []person{{t.CreatedBy.Name, false}}
	add := func(p person) {
		if p.name != "" && !slices.Contains(people, p) {
			people = append(people, p)
		}
	}
	for _, follower := range t.Followers {
		add(person{follower.Name, false})
	}
	for _, c := range t.Comments {
		add(person{c.Author.Name, c.Author.Kind == "staff"})
	}
	add(person{maybe.Value(t.AssignedTo), true})
	return people
}
