package e2e

import (
	"testing"
)

// TestConnecting takes an agency without any numbers to a year of them: somebody
// connects the three systems in a browser, chooses from what each can see, and waits.
func TestConnecting(t *testing.T) {
	t.Parallel()
	dir, s := dataFolder(t), newSystems(t)
	p := serve(t, dir, s.environment...)
	chief, _ := p.people(s.environment...)
	agency := (&stage{browser: startBrowser(t), Portal: p.Portal}).window(t)
	agency.signIn("/staff/login", chiefEmail)
	ids := map[string]string{}
	for _, c := range []struct {
		kind, label, secret, credential, account, setting string
	}{
		{"ga4", "Google Analytics 4", "Key file", s.ga4.ServiceAccountJSON(), "Pump shop (Pumpwerk)", ""},
		{"meta", "Meta", "Access token", s.meta.Token(), "Pumpwerk ads", ""},
		{"shopify", "Shopify", "Admin API access token", "shpat_" + shop, "", shop},
	} {
		agency.open("/staff/data-sources")
		agency.press("Add a source")
		agency.sees("A table of numbers by day, uploaded by hand.")
		agency.choose("Customer", "Acme")
		agency.press(c.label)
		agency.press("Go on")
		agency.fill("Name", "Numbers of "+c.kind)
		agency.fill(c.secret, c.credential)
		if c.setting != "" {
			agency.fill("Shop", c.setting)
		}
		agency.inspect()
		agency.press("Connect")
		agency.sees("It is connected.")
		if c.account != "" {
			agency.sees("What the credentials can see")
			agency.inspect()
			agency.press(c.account)
			agency.press("Read this one")
			agency.sees(c.account + " is read from now on.")
		}
		agency.sees("Numbers of " + c.kind)
		agency.lacks(c.credential)
		path := agency.path()
		ids[c.kind] = path[len("/staff/data-sources/"):]
		agency.press("Test")
		agency.sees("What the test found")
		agency.inspect()
		agency.open(path)
		agency.press("All runs")
		agency.sees("Runs of Numbers of "+c.kind, "Sync, ")
		agency.inspect()
	}
	s.complete(t, chief, ids)
	for kind, id := range ids {
		agency.open("/staff/data-sources/" + id)
		agency.sees("Numbers of "+kind, "Up to date")
		agency.inspect()
	}
	agency.open("/staff/data-sources")
	agency.sees("Numbers of ga4", "Numbers of meta", "Numbers of shopify")
	agency.inspect()
}
