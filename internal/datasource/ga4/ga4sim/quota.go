package ga4sim

// The quotas of a standard property. A report costs ten tokens.
const (
	perDay     = 200_000
	perHour    = 40_000
	perProject = 14_000
	price      = 10
)

// spend takes a report's tokens from the quotas, which return at midnight Pacific and
// each hour.
func (s *Sim) spend(p Property) *problem {
	s.mu.Lock()
	defer s.mu.Unlock()
	day, hour := s.quotaKeys(p)
	switch {
	case s.spent[day] >= perDay:
		return problems[DailyQuota]
	case s.spent[hour] >= perProject:
		return problems[HourlyQuota]
	}
	s.spent[day] += price
	s.spent[hour] += price
	return nil
}

func (s *Sim) quotaKeys(p Property) (day, hour string) {
	at := s.world.Now().In(pacific())
	return p.ID + at.Format(" 2006-01-02"), p.ID + at.Format(" 2006-01-02 15") + "h"
}

func (s *Sim) quota(p Property) object {
	s.mu.Lock()
	defer s.mu.Unlock()
	day, hour := s.quotaKeys(p)
	status := func(consumed, remaining int) object { return object{"consumed": consumed, "remaining": remaining} }
	return object{
		"tokensPerDay":                          status(price, perDay-s.spent[day]),
		"tokensPerHour":                         status(price, perHour-s.spent[hour]),
		"tokensPerProjectPerHour":               status(price, perProject-s.spent[hour]),
		"concurrentRequests":                    status(0, 10),
		"serverErrorsPerProjectPerHour":         status(0, 10),
		"potentiallyThresholdedRequestsPerHour": status(0, 120),
	}
}
