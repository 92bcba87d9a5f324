package meta

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/shopspring/decimal"

	"clientportal/internal/datasource/upstream"
)

// usage is how much of Meta's limits is used, as the headers of its answers say.
type usage struct {
	percent decimal.Decimal // of the limit that is nearest
	regain  time.Duration   // how long until it is free again, where Meta says so
}

// From slowPercent on each call waits; from stopPercent on none is made, since Meta
// punishes an app that goes on.
var (
	slowPercent = decimal.NewFromInt(75)
	stopPercent = decimal.NewFromInt(95)
)

// oneUsage is an entry of any of the headers.
type oneUsage struct {
	CallCount    upstream.Figure `json:"call_count"`
	CPUTime      upstream.Figure `json:"total_cputime"`
	TotalTime    upstream.Figure `json:"total_time"`
	AccountShare upstream.Figure `json:"acc_id_util_pct"`
	AppShare     upstream.Figure `json:"app_id_util_pct"`
	Regain       upstream.Figure `json:"estimated_time_to_regain_access"` // minutes
	Reset        upstream.Figure `json:"reset_time_duration"`             // seconds
}

// note reads the headers of an answer.
func (s *session) note(h http.Header) {
	var now usage
	for _, name := range []string{"X-App-Usage", "X-Ad-Account-Usage", "X-Fb-Ads-Insights-Throttle"} {
		var one oneUsage
		if json.Unmarshal([]byte(h.Get(name)), &one) == nil {
			now.add(one)
		}
	}
	var business map[string][]oneUsage
	if json.Unmarshal([]byte(h.Get("X-Business-Use-Case-Usage")), &business) == nil {
		for _, list := range business {
			for _, one := range list {
				now.add(one)
			}
		}
	}
	s.usage = now
	if now.percent.IsPositive() {
		s.tell("quota", map[string]string{"used_percent": now.percent.StringFixed(0)})
	}
}

func (u *usage) add(one oneUsage) {
	for _, f := range []upstream.Figure{one.CallCount, one.CPUTime, one.TotalTime, one.AccountShare, one.AppShare} {
		if f.Decimal != nil {
			u.percent = decimal.Max(u.percent, *f.Decimal)
		}
	}
	u.wait(one.Regain, time.Minute)
	u.wait(one.Reset, time.Second)
}

func (u *usage) wait(f upstream.Figure, unit time.Duration) {
	day := int64(24 * time.Hour / unit)
	if f.Decimal != nil && f.IsPositive() {
		u.regain = max(u.regain, time.Duration(min(f.IntPart(), day))*unit)
	}
}

// pace waits before a call when the limits are near, and refuses it when they are
// as good as reached.
func (s *session) pace(ctx context.Context) error {
	switch used := s.usage.percent; {
	case used.GreaterThanOrEqual(stopPercent):
		return &upstream.Failure{
			Kind: upstream.Retry, After: max(afterLimit, s.usage.regain), Code: "usage", Client: clientLater,
			Staff: "Meta's limit of requests is nearly reached (" + used.StringFixed(0) + " %). The portal waits before it goes on.",
		}
	case used.GreaterThanOrEqual(slowPercent):
		wait := time.Duration(used.Sub(slowPercent).IntPart()+1) * time.Second
		if err := s.source.config.Sleep(ctx, wait); err != nil {
			return s.unreachable(err)
		}
	}
	return nil
}
