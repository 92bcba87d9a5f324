package metasim

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"time"
)

// ad is an ad with where it belongs.
type ad struct {
	campaignID, campaign, adsetID, adset, id, name, objective string
	weight                                                    int64
}

// adsOf are the ads of an account. Their numbers follow from the account's.
func adsOf(a Account) []ad {
	var list []ad
	for i, c := range businesses[a.Profile].campaigns {
		for j, set := range c.adsets {
			for k, x := range ads {
				list = append(list, ad{
					campaignID: fmt.Sprintf("1202%s%d", a.ID, i+1), campaign: c.name, objective: c.objective,
					adsetID: fmt.Sprintf("1203%s%d%d", a.ID, i+1, j+1), adset: set,
					id: fmt.Sprintf("1204%s%d%d%d", a.ID, i+1, j+1, k+1), name: x.name,
					weight: c.weight * x.weight / int64(len(c.adsets)),
				})
			}
		}
	}
	return list
}

// numbers of an ad on a day. Money is in cents.
type numbers struct {
	spend, impressions, clicks, linkClicks, engagement int64
	leads, pixelLeads, purchases, value                int64
	view                                               int64 // thousandths of conversions that came of a view
}

func (n *numbers) add(o numbers) {
	n.spend += o.spend
	n.impressions += o.impressions
	n.clicks += o.clicks
	n.linkClicks += o.linkClicks
	n.engagement += o.engagement
	n.leads += o.leads
	n.pixelLeads += o.pixelLeads
	n.purchases += o.purchases
	n.value += o.value
	n.view = max(n.view, o.view)
}

// dice is a number below n that seed, account, day and purpose decide.
func (s *Sim) dice(a Account, day time.Time, purpose string, n int64) int64 {
	h := fnv.New64a()
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], s.world.Seed)
	binary.BigEndian.PutUint64(b[8:], uint64(day.Unix()))
	h.Write(b[:])
	h.Write([]byte(a.ID + "\x00" + purpose))
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return int64(x % uint64(n))
}

var epoch = time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)

// day is what an ad did on a day: a week's rhythm, the seasons, slow growth and chance.
// Conversions of the last days are not all known yet, as in the real system.
func (s *Sim) day(a Account, x ad, day time.Time) numbers {
	b := businesses[a.Profile]
	today, passed := s.today(a)
	if day.After(today) || day.Before(epoch) || s.gone(a, day, x.id) {
		return numbers{}
	}
	age := int64(today.Sub(day).Hours() / 24)
	n := numbers{spend: int64(a.Spend) * 100 * x.weight / 1_000_000}
	n.spend = n.spend * b.weekdays[day.Weekday()] / 1000 * months[day.Month()-1] / 1000
	n.spend = n.spend * (650 + int64(day.Sub(epoch).Hours()/72)) / 1000 * (880 + s.dice(a, day, x.id, 240)) / 1000
	if age == 0 {
		n.spend = n.spend * passed / 1000
	}
	if c := s.scale(a, day); c > 0 {
		n.spend = n.spend * c / 1000
	}
	n.impressions = n.spend * 1000 / (b.mille * (900 + s.dice(a, day, x.id+"mille", 200)) / 1000)
	n.linkClicks = n.impressions * (b.clicks + s.dice(a, day, x.id+"clicks", 300) - 150) / 100_000
	n.clicks = n.linkClicks * 136 / 100
	n.engagement = n.impressions * b.engaged / 100_000
	known := []int64{550, 820, 900, 950, 970, 980, 990}
	settled := int64(1000)
	if age < int64(len(known)) {
		settled = known[age]
	}
	n.leads = (n.linkClicks*b.leads*settled/10_000 + s.dice(a, day, x.id+"leads", 900)) / 1000
	n.purchases = (n.linkClicks*b.purchases*settled/10_000 + s.dice(a, day, x.id+"sales", 900)) / 1000
	if b.leads == 0 || n.linkClicks == 0 {
		n.leads = 0
	}
	if b.purchases == 0 || n.linkClicks == 0 {
		n.purchases = 0
	}
	n.pixelLeads = n.leads * 7 / 10
	n.value = n.purchases * (b.order*(800+s.dice(a, day, x.id+"basket", 400))/1000 + s.dice(a, day, x.id+"cents", 99))
	n.view = 180
	return n
}

// people are how many were reached: over several days fewer than the days' sum.
func people(impressions, days int64) int64 {
	return impressions * 715 / 1000 * (330 + 670/max(days, 1)) / 1000
}
