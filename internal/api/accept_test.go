package api_test

import (
	"testing"

	"clientportal/internal/api"
)

func TestPreferred(t *testing.T) {
	t.Parallel()
	const json, csv, pdf = "application/json", "text/csv", "application/pdf"
	for accept, want := range map[string]string{
		"": json, "*/*": json, "image/png": json, "nonsense": json, ",;,": json, "text/csv;q=much": json, "text/csv;q=NaN": json, "text/csv;q=2": json,
		"text/csv": csv, "TEXT/CSV; charset=utf-8": csv, "text/*": csv, "application/pdf": pdf,
		"application/json;q=0.1, text/csv;q=0.9": csv, "text/csv;q=0.1, application/json;q=0.9": json,
		"text/csv;q=0, application/json": json, "application/json;q=0, */*": csv, "text/csv;q=0, text/*": json,
		"application/pdf, application/json": pdf, "application/json, application/pdf": json,
		"text/html, application/xhtml+xml, */*;q=0.8": json, "*/*, text/csv": csv, "*/*;q=0.1, text/*;q=0.2": csv,
	} {
		if got := api.Preferred(accept, json, csv, pdf); got != want {
			t.Errorf("%q prefers %s, want %s", accept, got, want)
		}
	}
}
