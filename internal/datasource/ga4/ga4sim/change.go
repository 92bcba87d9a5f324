package ga4sim

import (
	"maps"
	"time"
)

// dayOf names a property's day.
type dayOf struct {
	property string
	day      time.Time
}

// changes are what a test did to a day.
type changes struct {
	scale int64 // of visits, in thousandths; 0 leaves them
	gone  map[string]bool
}

// Restate changes a day's visits, in thousandths, as the real system does with late events.
func (s *Sim) Restate(property string, day time.Time, thousandths int64) {
	s.change(property, day, func(c *changes) { c.scale = thousandths })
}

// Vanish takes the rows of a day that have this dimension value.
func (s *Sim) Vanish(property string, day time.Time, value string) {
	s.change(property, day, func(c *changes) { c.gone[value] = true })
}

func (s *Sim) change(property string, day time.Time, how func(*changes)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.changed[dayOf{property, day}]
	c.gone = maps.Clone(c.gone) // whoever reads the day has the old one
	if c.gone == nil {
		c.gone = map[string]bool{}
	}
	how(&c)
	s.changed[dayOf{property, day}] = c
}

func (s *Sim) changes(p Property, day time.Time) (changes, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.changed[dayOf{p.ID, day}]
	return c, ok
}
