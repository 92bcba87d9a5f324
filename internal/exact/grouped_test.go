package exact_test

import (
	"testing"

	"clientportal/internal/exact"
)

func TestGrouped(t *testing.T) {
	t.Parallel()
	for digits, want := range map[string]string{
		"0": "0", "999": "999", "1000": "1,000", "8400.00": "8,400.00", "1234567": "1,234,567", "123456.5": "123,456.5", "0.25": "0.25",
	} {
		if got := exact.Grouped(digits); got != want {
			t.Errorf("%s: %s, want %s", digits, got, want)
		}
	}
}
