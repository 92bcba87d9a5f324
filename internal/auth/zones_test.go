package auth

import (
	"strings"
	"testing"
	"time"
)

func TestZonesThatAreOfferedExist(t *testing.T) {
	t.Parallel()
	zones := strings.Fields(zoneList)
	if len(zones) < 400 {
		t.Errorf("only %d zones", len(zones))
	}
	for _, zone := range zones {
		if _, err := time.LoadLocation(zone); err != nil {
			t.Error(err)
		}
	}
}

func TestBrowsersAreNamed(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"": "An unknown browser",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                         "Chrome on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":           "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15":                   "Safari on a Mac",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1": "Safari on an iPhone",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36":        "Samsung Internet on Android",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                          "Chrome on ChromeOS",
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                  "Firefox on Linux",
		"curl/8.14.1":                  "curl",
		"Mozilla/5.0 (Windows NT 6.1)": "A browser on Windows",
	} {
		if got := (Session{UserAgent: agent}).device(); got != want {
			t.Errorf("%q is %q instead of %q", agent, got, want)
		}
	}
}
