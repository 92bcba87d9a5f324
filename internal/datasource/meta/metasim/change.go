package metasim

import "time"

// dayOf names an account's day.
type dayOf struct {
	account string
	day     time.Time
}

// changes are what a test did to a day.
type changes struct {
	scale int64 // of spend, in thousandths
	gone  map[string]bool
}

// Restate changes a day's numbers, in thousandths.
func (s *Sim) Restate(account string, day time.Time, thousandths int64) {
	s.change(account, day, func(c *changes) { c.scale = thousandths })
}

// Vanish takes an ad's row of a day; the ad is named by its place in the account.
func (s *Sim) Vanish(account string, day time.Time, ad int) {
	a, ok := s.account(account)
	if !ok {
		panic("metasim: there is no account " + account) // a test that asks wrongly
	}
	s.change(account, day, func(c *changes) { c.gone[adsOf(a)[ad].id] = true })
}

func (s *Sim) change(account string, day time.Time, how func(*changes)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.changed[dayOf{account, day}]
	if !ok {
		c.gone = map[string]bool{}
	}
	how(&c)
	s.changed[dayOf{account, day}] = c
}

func (s *Sim) scale(a Account, day time.Time) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed[dayOf{a.ID, day}].scale
}

func (s *Sim) gone(a Account, day time.Time, ad string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed[dayOf{a.ID, day}].gone[ad]
}
