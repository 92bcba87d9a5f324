package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/project"
)

// at is a context in which somebody acts at a time of the past.
func at(ctx context.Context, who actor.Actor, t time.Time) context.Context {
	return clock.At(actor.With(ctx, who), t)
}

// daysAgo is some working hour of that day, in the past.
func (m *maker) daysAgo(days int) time.Time {
	day := m.now.AddDate(0, 0, -days)
	return earlier(time.Date(day.Year(), day.Month(), day.Day(), 10, 0, 0, 0, time.UTC), m.now.Add(-time.Minute))
}

// day is a day from today, at midnight in UTC as dates are.
func (m *maker) day(days int) *project.Day {
	day := project.DayOf(m.now.AddDate(0, 0, days))
	return &day
}

// working is some working hour of a day, or the last day before today.
func (m *maker) working(day time.Time) time.Time {
	return earlier(day.Add(15*time.Hour), m.daysAgo(1))
}

// schedule sets the times. Old stories keep to working hours; those of the last
// week are told to the minute, whatever the hour is now.
func (p *play) schedule(random *rand.Rand) error {
	recent := p.age < 7*24*time.Hour
	p.begins = p.now.Add(-p.age)
	who, err := p.actor(p.by)
	if err != nil {
		return err
	}
	if !recent {
		p.begins = inHours(midnight(p.begins, p.zoneOf(who), 0), p.zoneOf(who), random)
		p.begins = p.begins.Add(time.Duration(random.IntN(7*60)) * time.Minute)
	}
	last := p.begins
	for _, st := range p.steps {
		if who, err = p.actor(st.who); err != nil {
			return err
		}
		t := p.now.Add(-st.ago)
		if st.ago == 0 {
			varied := time.Duration(float64(st.after) * (0.85 + 0.3*random.Float64()))
			t = last.Add(varied)
			if !recent {
				t = inHours(t, p.zoneOf(who), random)
			}
			t = earlier(t, p.now.Add(-time.Hour))
		}
		last = later(t, last.Add(time.Second))
		p.times = append(p.times, last)
	}
	return nil
}

// zoneOf is where somebody works.
func (p *play) zoneOf(who actor.Actor) *time.Location {
	if who.Is(actor.Staff) {
		return p.home
	}
	return p.zone
}

// inHours is t, or the next moment at which people are at work there.
func inHours(t time.Time, zone *time.Location, random *rand.Rand) time.Time {
	local := t.In(zone)
	opens := time.Date(local.Year(), local.Month(), local.Day(), 8, 45, 0, 0, zone)
	closes := opens.Add(8*time.Hour + 45*time.Minute)
	weekend := local.Weekday() == time.Saturday || local.Weekday() == time.Sunday
	switch {
	case weekend || !local.Before(closes):
		return inHours(midnight(t, zone, 1), zone, random)
	case local.Before(opens):
		return opens.Add(time.Duration(1+random.IntN(5400)) * time.Second)
	}
	return t
}

// midnight begins a day, some days after t's.
func midnight(t time.Time, zone *time.Location, days int) time.Time {
	local := t.In(zone)
	return time.Date(local.Year(), local.Month(), local.Day()+days, 0, 0, 0, 0, zone)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
