package meta

import (
	"encoding/json"
	"slices"
	"strings"
)

// windowWords are the attribution windows as people call them, the usual ones first.
var windowWords = []struct{ name, words string }{
	{"28d_click", "28-day click"}, {"7d_click", "7-day click"}, {"1d_click", "1-day click"}, {"1d_view", "1-day view"}, {"1d_ev", "1-day engaged view"},
}

// Attribution implements upstream.Attributor: within which time of a click or a view
// Meta credits an ad.
func (s *Source) Attribution(given json.RawMessage) string {
	var chosen windows
	if len(given) > 0 && string(given) != "null" && json.Unmarshal(given, &chosen) != nil {
		return ""
	}
	if len(chosen) == 0 {
		chosen = usualWindows
	}
	var words []string
	for _, w := range windowWords {
		if slices.Contains(chosen, w.name) {
			words = append(words, w.words)
		}
	}
	return strings.Join(words, ", ")
}
