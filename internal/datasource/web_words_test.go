package datasource

import "testing"

func TestAQuotaIsToldWithoutTheMarksOfJSON(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`null`:                     "",
		`{"used_percent":"12"}`:    "12% used",
		`{"tokens_left":"plenty"}`: "tokens left plenty",
		`{"tokens_left_today": 199540, "server_errors_left_this_hour":10}`: "tokens left today 199,540; server errors left this hour 10",
	} {
		if got := quotaWords([]byte(raw)); got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}
