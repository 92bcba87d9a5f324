package api

import "github.com/danielgtaylor/huma/v2"

// tags are the groups of operations.
var tags = []*huma.Tag{
	{Name: "account", Description: "Signing in, and one's own profile, sessions, second factor and tokens"},
	{Name: "people", Description: "Who has a place in the portal, and invitations"},
	{Name: "customers", Description: "The agency's customers, the people known there, and who serves them"},
	{Name: "tickets", Description: "Requests and their conversation"},
	{Name: "quotes", Description: "Offers, sent and decided on in versions"},
	{Name: "projects", Description: "What an approved quote has become: phases, updates, deliverables"},
	{Name: "time-tracking", Description: "Hours and their approval"},
	{Name: "retainers", Description: "Hours bought for each period, blocks beyond them, statements"},
	{Name: "analytics", Description: "Dashboards, their numbers and exports"},
	{Name: "data sources", Description: "Other systems that numbers are read from, or that send them"},
	{Name: "reports", Description: "Dashboards that go out by themselves"},
	{Name: "notifications", Description: "What somebody is told, and how"},
	{Name: "live", Description: "Following changes as they happen"},
	{Name: "audit trail", Description: "Who did what"},
	{Name: "settings", Description: "What the agency says about itself"},
}
