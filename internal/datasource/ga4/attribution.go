package ga4

import "encoding/json"

// Attribution implements upstream.Attributor. The property's own setting decides, and
// the Data API does not tell it.
func (s *Source) Attribution(json.RawMessage) string {
	return "As the property is set in Google Analytics"
}
