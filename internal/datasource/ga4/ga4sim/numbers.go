package ga4sim

import (
	"encoding/binary"
	"hash/fnv"
	"slices"
	"time"
)

// vector holds the numbers of one cell. Money is in cents, time in seconds.
type vector [width]int64

const (
	sessions = iota
	totalUsers
	activeUsers
	newUsers
	engagedSessions
	engagementSeconds
	sessionSeconds
	keyEvents
	eventCount
	views
	itemsViewed
	addToCarts
	checkouts
	purchases
	revenue
	width
)

// cell is the numbers of a combination of dimension values on one day.
type cell struct {
	dims map[string]string
	n    vector
}

// dice is a number below n that seed, property, day and purpose decide.
func (s *Sim) dice(p Property, day time.Time, purpose string, n int64) int64 {
	h := fnv.New64a()
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], s.world.Seed)
	binary.BigEndian.PutUint64(b[8:], uint64(day.Unix()))
	h.Write(b[:])
	h.Write([]byte(p.ID + "\x00" + purpose))
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return int64(x % uint64(n))
}

var epoch = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// day is the total of a property on a day: a week's rhythm, the seasons, slow growth
// and chance. The last days are not complete yet, as in the real system.
func (s *Sim) day(p Property, day time.Time) (vector, []event) {
	b := businesses[p.Profile]
	today, passed := s.today(p)
	if day.After(today) || day.Before(epoch) {
		return vector{}, nil
	}
	visits := int64(p.Volume) * b.weekdays[day.Weekday()] / 1000 * months[day.Month()-1] / 1000
	visits = visits * (600 + int64(day.Sub(epoch).Hours()/48)) / 1000 * (900 + s.dice(p, day, "visits", 200)) / 1000
	switch int(today.Sub(day).Hours() / 24) {
	case 0:
		visits = visits * passed / 1000
	case 1:
		visits = visits * 970 / 1000
	case 2:
		visits = visits * 990 / 1000
	}
	if c, ok := s.changes(p, day); ok && c.scale > 0 {
		visits = visits * c.scale / 1000
	}
	return s.fill(p, day, b, visits)
}

// fill makes all numbers of a day out of its visits.
func (s *Sim) fill(p Property, day time.Time, b business, visits int64) (vector, []event) {
	var n vector
	n[sessions] = visits
	n[totalUsers] = visits * 860 / 1000
	n[activeUsers] = visits * 835 / 1000
	n[newUsers] = visits * (560 + s.dice(p, day, "new", 40)) / 1000
	n[engagedSessions] = visits * (b.engaged + s.dice(p, day, "engaged", 40) - 20) / 1000
	n[engagementSeconds] = n[engagedSessions] * (b.seconds + s.dice(p, day, "seconds", 20) - 10)
	n[sessionSeconds] = n[engagementSeconds] * 118 / 100
	n[views] = visits * (b.views + s.dice(p, day, "views", 300) - 150) / 1000
	list := []event{
		{name: "page_view", rate: n[views]},
		{name: "session_start", rate: visits},
		{name: "first_visit", rate: n[newUsers]},
		{name: "user_engagement", rate: n[engagedSessions] * 140 / 100},
		{name: "scroll", rate: n[views] * 38 / 100},
	}
	for _, e := range b.events {
		e.rate = visits * e.rate * (850 + s.dice(p, day, e.name, 300)) / 1_000_000
		list = append(list, e)
	}
	for _, e := range list {
		n[eventCount] += e.rate
		if e.key {
			n[keyEvents] += e.rate
		}
		switch e.name {
		case "view_item":
			n[itemsViewed] = e.rate * 104 / 100
		case "add_to_cart":
			n[addToCarts] = e.rate
		case "begin_checkout":
			n[checkouts] = e.rate
		case "purchase":
			n[purchases] = e.rate
			n[revenue] = e.rate * (b.order*(800+s.dice(p, day, "basket", 400))/1000 + s.dice(p, day, "cents", 99))
		}
	}
	return n, list
}

// groups are the dimensions that are split together.
func groupOf(dimension string) string {
	switch dimension {
	case "sessionDefaultChannelGroup", "sessionSource", "sessionMedium", "sessionSourceMedium", "sessionCampaignName":
		return "traffic"
	}
	return dimension
}

// cells splits a day's total by dimensions. Each split keeps the sum exactly.
func (s *Sim) cells(p Property, day time.Time, dimensions []string) []cell {
	total, events := s.day(p, day)
	list := []cell{{map[string]string{"date": day.Format("20060102")}, total}}
	var done []string
	for _, dimension := range dimensions {
		group := groupOf(dimension)
		if group == "date" || slices.Contains(done, group) {
			continue
		}
		done = append(done, group)
		list = s.split(list, businesses[p.Profile], group, events)
	}
	c, _ := s.changes(p, day)
	return slices.DeleteFunc(list, func(x cell) bool {
		for _, v := range x.dims {
			if c.gone[v] {
				return true
			}
		}
		return false
	})
}

func (s *Sim) split(list []cell, b business, group string, events []event) []cell {
	switch group {
	case "traffic":
		return splitTraffic(list, b.traffic)
	case "eventName":
		return splitEvents(list, events)
	case "deviceCategory":
		return splitShares(list, group, devices)
	case "country":
		return splitShares(list, group, countries)
	case "itemName":
		return splitShares(list, group, []share{{"Weekender", 5}, {"Card holder", 3}, {"Belt", 2}})
	}
	return splitShares(list, group, b.pages) // pagePath, landingPage
}

func splitTraffic(list []cell, entries []traffic) []cell {
	plain, converting := make([]int64, len(entries)), make([]int64, len(entries))
	for i, t := range entries {
		plain[i], converting[i] = t.weight, t.weight*t.converts
	}
	var out []cell
	for _, c := range list {
		parts := divide(c.n, plain, converting)
		for i, t := range entries {
			out = append(out, c.with(parts[i], "sessionDefaultChannelGroup", t.channel, "sessionSource", t.source, "sessionMedium", t.medium,
				"sessionSourceMedium", t.source+" / "+t.medium, "sessionCampaignName", t.campaign))
		}
	}
	return out
}

func splitShares(list []cell, dimension string, shares []share) []cell {
	weights := make([]int64, len(shares))
	for i, x := range shares {
		weights[i] = x.weight
	}
	var out []cell
	for _, c := range list {
		parts := divide(c.n, weights, weights)
		for i, x := range shares {
			out = append(out, c.with(parts[i], dimension, x.value))
		}
	}
	return out
}

// splitEvents gives each event its own count. People are those who did it at all.
func splitEvents(list []cell, events []event) []cell {
	var all, key []int64
	for _, e := range events {
		all = append(all, e.rate)
		if e.key {
			key = append(key, e.rate)
		} else {
			key = append(key, 0)
		}
	}
	var out []cell
	for _, c := range list {
		counts, keys := apportion(c.n[eventCount], all), apportion(c.n[keyEvents], key)
		for i, e := range events {
			n := vector{eventCount: counts[i], keyEvents: keys[i]}
			n[totalUsers], n[activeUsers] = min(counts[i], c.n[totalUsers]), min(counts[i], c.n[activeUsers])
			out = append(out, c.with(n, "eventName", e.name))
		}
	}
	return out
}

func (c cell) with(n vector, pairs ...string) cell {
	dims := map[string]string{}
	for k, v := range c.dims {
		dims[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		dims[pairs[i]] = pairs[i+1]
	}
	return cell{dims, n}
}

// divide splits each number of a cell; what comes of a visit goes by the second weights.
func divide(n vector, plain, converting []int64) []vector {
	parts := make([]vector, len(plain))
	for m := range n {
		weights := plain
		if m == keyEvents || m >= itemsViewed {
			weights = converting
		}
		for i, x := range apportion(n[m], weights) {
			parts[i][m] = x
		}
	}
	return parts
}

// apportion splits a whole number by weights, so that the parts make the whole.
func apportion(total int64, weights []int64) []int64 {
	parts := make([]int64, len(weights))
	var sum, before, given int64
	for _, w := range weights {
		sum += w
	}
	if sum == 0 {
		return parts
	}
	for i, w := range weights {
		before += w
		parts[i] = total*before/sum - given
		given += parts[i]
	}
	return parts
}
