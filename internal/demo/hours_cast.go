package demo

import (
	"clientportal/internal/timetrack"
)

// agreement is a retainer of the demo. Pace is how much of its hours are worked in a
// month, in percent, one after the other.
type agreement struct {
	name, period, deficit, rate string
	hours                       int
	cap, lives                  int    // of the rollover, in hours and periods; cap 0: none rolls over
	block                       int    // hours of a block that needs consent; 0: none
	autoApprove                 int    // days; 0: never
	project                     string // that it is for; "": all
	since                       int    // months; 0: a year
	pace                        []int
}

// agreements are the retainers by customer: one by the quarter, one for a project of
// its own, one that is over its limit, and one that waits for consent.
var agreements = map[string][]agreement{
	"acme-industrial": {{name: "Growth retainer", period: timetrack.Month, deficit: timetrack.Bill, rate: "110.00", hours: 30, cap: 8, lives: 1, pace: []int{88, 104, 80, 95}}},
	"boltline": {
		{name: "Shop retainer", period: timetrack.Month, deficit: timetrack.Bill, rate: "95.00", hours: 36, pace: []int{92, 112, 86, 101, 128}},
		{name: "Pilot care", period: timetrack.Month, deficit: timetrack.Carry, rate: "95.00", hours: 10, cap: 5, lives: 1, project: "Trade account portal", since: 3, pace: []int{70, 95, 104, 88}},
	},
	"clearview-dental": {{name: "Quarterly care", period: timetrack.Quarter, deficit: timetrack.Carry, hours: 54, cap: 12, lives: 1, pace: []int{70, 110, 104, 92}}},
	"dapper-goods":     {{name: "Growth retainer", period: timetrack.Month, deficit: timetrack.Bill, rate: "95.00", hours: 40, cap: 10, lives: 1, pace: []int{86, 98, 90, 103}}},
	"elm-studio":       {{name: "Care", period: timetrack.Month, deficit: timetrack.Carry, hours: 12, cap: 6, lives: 2, autoApprove: 14, pace: []int{60, 110, 75}}},
	"fleetly": {
		{name: "Product retainer", period: timetrack.Month, deficit: timetrack.Bill, rate: "120.00", hours: 36, cap: 6, lives: 1, block: 10, pace: []int{97, 92, 118, 101}},
	},
}

// task is a kind of work that comes again and again.
type task struct{ by, category, text string }

var tasks = []task{
	{"sam", "Support", "Weekly updates and backups checked"},
	{"priya", "Development", "Image sizes on the overview pages"},
	{"tomasz", "Marketing", "Review of last month's search terms"},
	{"beth", "Design", "Layout of the new landing page"},
	{"priya", "Development", "Consent banner, new version"},
	{"sam", "Support", "Form mails: cause, fix and tests"},
	{"tomasz", "Analytics", "Report of the month, with notes"},
	{"beth", "Content", "Texts shortened on the start page"},
	{"lead", "Planning", "Monthly planning, call and notes"},
	{"priya", "Development", "Redirects for pages that are gone"},
	{"tomasz", "Marketing", "Structure of the autumn campaign"},
	{"beth", "Design", "Icons and pictures for the campaign"},
	{"priya", "Development", "Load times on phones, first half"},
	{"sam", "Support", "Accounts for two new colleagues, with a short call"},
	{"priya", "Development", "Search suggestions, second round"},
	{"tomasz", "Analytics", "Events for the funnel, checked in the browser"},
}

// lengths are how long a piece of work takes, in minutes.
var lengths = []int{90, 240, 195, 60, 150, 285, 120, 20, 210, 165, 45, 255}
