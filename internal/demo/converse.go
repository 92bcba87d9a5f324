package demo

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/ticket"
)

// commonStories is how many of the common stories each customer gets.
const commonStories = 16

// leftResolved is the share of tickets that nobody cares to close in the end.
const leftResolved = 0.3

// newest and oldest are between which ages the stories without one find their place.
const (
	newest = 9 * 24 * time.Hour
	oldest = 362 * 24 * time.Hour
)

// converse lives through the customer's tickets, in the order of their numbers.
// Those that an earlier start made are left as they are, but for the last one,
// which may have been cut off.
func (m *maker) converse(ctx context.Context, a *account) error {
	all, err := m.repertoire(a)
	if err != nil {
		return err
	}
	for i, s := range all {
		id, ok := m.found.tickets[numberOf(a, i)]
		if _, next := m.found.tickets[numberOf(a, i+1)]; ok && next {
			continue
		}
		play, err := m.rehearse(a, s)
		if err == nil && !ok {
			id, err = play.raise(ctx)
		}
		if err == nil {
			err = play.perform(ctx, id, ok)
		}
		if err != nil {
			return fmt.Errorf("%q: %w", s.title, err)
		}
	}
	return nil
}

func numberOf(a *account, i int) string { return fmt.Sprintf("%s-%d", a.prefix, i+1) }

// repertoire is the customer's stories, each with its age, oldest first: the same
// ones in the same order at every start.
func (m *maker) repertoire(a *account) ([]story, error) {
	own, err := stories(a.slug)
	if err != nil {
		return nil, err
	}
	common, err := stories("common")
	if err != nil {
		return nil, err
	}
	random := randomFor(a.slug)
	random.Shuffle(len(common), func(i, j int) { common[i], common[j] = common[j], common[i] })
	all := slices.Concat(own, common[:commonStories])
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	gap := (oldest - newest) / time.Duration(len(all))
	for i := range all {
		place := newest + time.Duration((float64(i)+random.Float64())*float64(gap))
		if all[i].age == 0 {
			all[i].age = m.placed(a, all[i], place, random)
		}
	}
	slices.SortStableFunc(all, func(a, b story) int { return cmp.Compare(b.age, a.age) })
	return all, nil
}

// placed is the age of a story: at its place in the year, but within the life of
// its project, and old enough to be over.
func (m *maker) placed(a *account, s story, place time.Duration, random *rand.Rand) time.Duration {
	const day = 24 * time.Hour
	for _, p := range a.plans {
		if p.name == s.project {
			first, last := -p.first-2, max(-p.last, 12)
			place = time.Duration(last)*day + time.Duration(random.Float64()*float64(first-last)*float64(day))
		}
	}
	return max(place, s.length()*7/4+3*day) // weekends and nights lengthen it
}

func randomFor(what string) *rand.Rand {
	seed := fnv.New64a()
	seed.Write([]byte(what)) // never fails
	return rand.New(rand.NewPCG(seed.Sum64(), 2))
}

// play is a story with its people, words and times.
type play struct {
	*maker
	*account
	story
	begins time.Time
	times  []time.Time // of the steps
}

// rehearse gives the story the customer's words and its times.
func (m *maker) rehearse(a *account, s story) (*play, error) {
	random := randomFor(a.slug + s.title)
	words := maps.Clone(a.names)
	for word, choices := range s.words {
		words[word] = choices[random.IntN(len(choices))]
	}
	s.steps = slices.Clone(s.steps)
	if last := len(s.steps) - 1; last >= 0 && s.steps[last].verb == "closes" && random.Float64() < leftResolved {
		s.steps = s.steps[:last]
	}
	for _, text := range s.texts() {
		var err error
		if *text, err = fill(*text, words); err != nil {
			return nil, err
		}
	}
	p := &play{maker: m, account: a, story: s}
	return p, p.schedule(random)
}

// texts are all that is written in a story.
func (s *story) texts() []*string {
	texts := []*string{&s.title, &s.opening.text}
	for i := range s.steps {
		texts = append(texts, &s.steps[i].text)
	}
	return texts
}

// actor is who a story means by a name.
func (p *play) actor(name string) (actor.Actor, error) {
	if name == "lead" {
		name = p.lead
	}
	if who, ok := p.people[name]; ok {
		return who, nil
	}
	who, ok := p.staff[name]
	if !ok || !who.Serves(p.id) {
		return who, fmt.Errorf("nobody called %q is in this", name)
	}
	return who, nil
}

// raise makes the ticket.
func (p *play) raise(ctx context.Context) (id uuid.UUID, err error) {
	who, err := p.actor(p.by)
	if err != nil {
		return id, err
	}
	ctx = at(ctx, who, p.begins)
	files, err := store(ctx, p.Tickets.Uploads("files"), p.opening.files)
	defer files.Discard(ctx)
	if err != nil {
		return id, err
	}
	n := ticket.NewTicket{Title: p.title, Description: p.opening.text, Category: p.category, Priority: p.priority, Files: files}
	for _, w := range p.works {
		if w.plan.name == p.project {
			n.QuoteID = &w.id
		}
	}
	t, err := p.Tickets.Create(ctx, n)
	return t.ID, err
}
