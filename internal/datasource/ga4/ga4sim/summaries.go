package ga4sim

import (
	"net/http"
	"strconv"
)

// summaries lists the properties that the caller has a role on, by account, as the
// Admin API's accountSummaries.list does.
func (s *Sim) summaries(w http.ResponseWriter, r *http.Request) {
	fault, ok := s.identify(w, r, "accountSummaries")
	if !ok {
		return
	}
	size, err := strconv.Atoi(r.FormValue("pageSize"))
	if err != nil || size < 1 {
		size = 50
	}
	var accounts []string
	properties := map[string][]object{}
	for _, p := range s.world.Properties {
		if p.Private {
			continue
		}
		if properties[p.Account] == nil {
			accounts = append(accounts, p.Account)
		}
		properties[p.Account] = append(properties[p.Account], object{
			"property": "properties/" + p.ID, "displayName": p.Name, "propertyType": "PROPERTY_TYPE_ORDINARY", "parent": "accounts/" + strconv.Itoa(len(accounts)),
		})
	}
	from, err := strconv.Atoi(r.FormValue("pageToken"))
	if err != nil || from < 0 || from > len(accounts) {
		from = 0
	}
	until := min(from+min(size, 200), len(accounts))
	list := []object{}
	for i := from; i < until; i++ {
		id := strconv.Itoa(i + 1)
		list = append(list, object{
			"name": "accountSummaries/" + id, "account": "accounts/" + id, "displayName": accounts[i], "propertySummaries": properties[accounts[i]],
		})
	}
	answer := object{"accountSummaries": list}
	if until < len(accounts) {
		answer["nextPageToken"] = strconv.Itoa(until)
	}
	fault.send(w, answer)
}
