package metasim

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"
)

type object map[string]any

// row is what is summed up for one line of an answer.
type row struct {
	ad       ad
	from, to time.Time
	n        numbers
	days     int64
}

// rows computes all lines of a query, by day and then by ad, campaign or account.
func (s *Sim) rows(a Account, q query) []row {
	step := int(q.to.Sub(q.from).Hours()/24) + 1
	if q.byDay {
		step = 1
	}
	var lines []row
	for from := q.from; !from.After(q.to); from = from.AddDate(0, 0, step) {
		at := map[string]int{}
		for day := from; day.Before(from.AddDate(0, 0, step)); day = day.AddDate(0, 0, 1) {
			active := map[int]bool{}
			for _, x := range adsOf(a) {
				n := s.day(a, x, day)
				if n.impressions == 0 || q.campaigns != nil && !slices.Contains(q.campaigns, x.campaignID) {
					continue
				}
				key := map[string]string{"account": "", "campaign": x.campaignID, "adset": x.adsetID, "ad": x.id}[q.level]
				i, ok := at[key]
				if !ok {
					i = len(lines)
					at[key] = i
					lines = append(lines, row{ad: x, from: from, to: from.AddDate(0, 0, step-1)})
				}
				lines[i].n.add(n)
				if !active[i] {
					active[i] = true
					lines[i].days++
				}
			}
		}
	}
	return lines
}

// insights answers directly, or with the rows of a run.
func (s *Sim) insights(w http.ResponseWriter, r *http.Request, fault Kind) {
	if id, ok := cutAct(r.PathValue("node")); ok {
		a, ok := s.account(id)
		if !ok {
			missing(r.PathValue("node")).send(w)
			return
		}
		q, p := s.parse(a, r.Form)
		if p != nil {
			p.send(w)
			return
		}
		lines := s.rows(a, q)
		if a.MaxRows > 0 && len(lines) > a.MaxRows || a.MaxPage > 0 && q.limit > a.MaxPage {
			problems[TooMuch].send(w)
			return
		}
		s.page(w, r, a, q, lines, fault)
		return
	}
	s.mu.Lock()
	run, ok := s.runs[r.PathValue("node")]
	s.mu.Unlock()
	switch {
	case !ok:
		missing(r.PathValue("node")).send(w)
	case run.status() != "Job Completed":
		(&problem{400, 2601, 1815107, "Error accessing adreport job.", true}).send(w)
	default:
		q := run.q
		q.limit = defaultLimit
		if p := q.readLimit(run.account, r.Form); p != nil {
			p.send(w)
			return
		}
		s.page(w, r, run.account, q, s.rows(run.account, q), fault)
	}
}

// page sends a page. Its cursors are there on the last one too; next is not.
func (s *Sim) page(w http.ResponseWriter, r *http.Request, a Account, q query, lines []row, fault Kind) {
	offset := 0
	if after := r.Form.Get("after"); after != "" {
		b, err := base64.RawURLEncoding.DecodeString(after)
		n, err2 := strconv.Atoi(string(b))
		if err != nil || err2 != nil {
			invalid("(#100) Invalid cursor").send(w)
			return
		}
		offset = min(n, len(lines))
	}
	end := min(offset+q.limit, len(lines))
	data := []object{}
	for _, l := range lines[offset:end] {
		data = append(data, s.write(a, q, l, fault))
	}
	answer := object{"data": data}
	if len(data) > 0 {
		after := cursor(end)
		if fault == RepeatedCursor {
			after = cursor(offset)
		}
		paging := object{"cursors": object{"before": cursor(offset), "after": after}}
		if end < len(lines) || fault == RepeatedCursor || fault == ForeignNext {
			paging["next"] = nextOf(r, after, fault)
		}
		answer["paging"] = paging
	}
	fault.send(w, answer)
}

func cursor(n int) string { return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(n))) }

// nextOf is the address of the next page; as Meta's, it carries the token.
func nextOf(r *http.Request, after string, fault Kind) string {
	form := url.Values{}
	for k, v := range r.Form {
		form[k] = v
	}
	form.Set("after", after)
	host := "http://" + r.Host
	if fault == ForeignNext {
		host = "https://graph.facebook.com.evil.example"
	}
	return host + r.URL.Path + "?" + form.Encode()
}

// Total is what the simulated system holds of a field in some days, both ends included:
// "spend", "impressions", "clicks", "inline_link_clicks", "post_engagement", "leads",
// "purchases", "purchase_value", or "reach" of the whole range.
func (s *Sim) Total(account, field string, from, to time.Time) decimal.Decimal {
	return s.Totals(account, field, from, to)[""]
}

// Totals are the totals of a field by campaign; "" is the account's.
func (s *Sim) Totals(account, field string, from, to time.Time) map[string]decimal.Decimal {
	a, ok := s.account(account)
	if !ok {
		panic("metasim: there is no account " + account) // a test that asks wrongly
	}
	found := map[string]decimal.Decimal{"": decimal.Zero}
	for _, level := range []string{"account", "campaign"} {
		for _, l := range s.rows(a, query{level: level, from: from, to: to}) {
			name := ""
			if level == "campaign" {
				name = l.ad.campaign
			}
			found[name] = l.amount(field)
		}
	}
	return found
}

func (l row) amount(field string) decimal.Decimal {
	switch field {
	case "spend":
		return decimal.New(l.n.spend, -2)
	case "purchase_value":
		return decimal.New(l.n.value, -2)
	case "reach":
		return decimal.NewFromInt(people(l.n.impressions, l.days))
	}
	n, ok := map[string]int64{
		"impressions": l.n.impressions, "clicks": l.n.clicks, "inline_link_clicks": l.n.linkClicks, "post_engagement": l.n.engagement,
		"inline_post_engagement": l.n.engagement, "leads": l.n.leads, "purchases": l.n.purchases,
	}[field]
	if !ok {
		panic("metasim: there is no " + field) // a test that asks wrongly
	}
	return decimal.NewFromInt(n)
}
