package demo

import (
	"context"
	"time"

	"clientportal/internal/actor"
)

const (
	newsOf = 21 * 24 * time.Hour // is told in the portal
	unread = 30 * time.Hour      // and of that, this much nobody has read yet
)

// tellNews tells everybody in the portal what happened to their tickets of late.
func (m *maker) tellNews(ctx context.Context, accounts []*account) error {
	seen := m.now.Add(-unread)
	if err := m.Tickets.TellPast(ctx, m.now.Add(-newsOf), seen); err != nil {
		return err
	}
	var readers []actor.Actor
	for _, who := range m.staff {
		readers = append(readers, who)
	}
	for _, a := range accounts {
		for _, who := range a.people {
			readers = append(readers, who)
		}
	}
	for _, who := range readers {
		if err := m.Notify.MarkRead(at(ctx, who, seen), nil); err != nil {
			return err
		}
	}
	return m.Tickets.TellPast(ctx, seen, m.now)
}
