package demo

import (
	"clientportal/internal/actor"
	"clientportal/internal/datasource/ga4/ga4sim"
	"clientportal/internal/datasource/shopify/shopifysim"
)

// The agency.
const (
	agencyName    = "Northlight"
	agencyAccent  = "#0d5c6f"
	agencySupport = "support@agency.example"
	agencyLegal   = "Northlight Digital Ltd, 4 Candle Lane, Bristol. Registered in England and Wales."
	agencyZone    = "Europe/London"
)

// employee is one of the agency's people. Key is what stories call them.
type employee struct {
	key, email, first, last, title string
	role                           actor.Role
}

var employees = []employee{
	{admin, "admin@agency.example", "Elena", "Marsh", "Managing director", actor.Admin},
	{"jonas", "manager@agency.example", "Jonas", "Weil", "Account lead", actor.Manager},
	{"sam", "agent@agency.example", "Sam", "Okafor", "Support", actor.Agent},
	{"nadia", "nadia.haddad@agency.example", "Nadia", "Haddad", "Account lead", actor.Manager},
	{"priya", "priya.raman@agency.example", "Priya", "Raman", "Developer", actor.Agent},
	{"beth", "beth.carrow@agency.example", "Beth", "Carrow", "Designer", actor.Agent},
	{"tomasz", "tomasz.nowak@agency.example", "Tomasz", "Nowak", "Analytics and advertising", actor.Agent},
}

// serves reports whether an employee is assigned to a customer: its lead and all
// agents are.
func (e employee) serves(c *company) bool { return e.role == actor.Agent || e.key == c.lead }

func employeeAddresses() map[string]bool {
	known := map[string]bool{}
	for _, e := range employees {
		known[e.email] = true
	}
	return known
}

// accountRoles are the people of each customer who sign in. Key is also the
// first part of their address.
var accountRoles = []struct {
	key  string
	role actor.Role
}{
	{"owner", actor.Admin}, {"approver", actor.Approver}, {"member", actor.Member}, {"viewer", actor.Viewer},
}

// person is somebody at a customer.
type person struct{ first, last, title, phone string }

// company is a customer. The first four of its people have the roles of
// accountRoles, in that order.
type company struct {
	slug, name, website                    string
	clientType, businessModel, websiteType string
	timezone, currency                     string
	since                                  int // days ago
	lead                                   string
	people                                 []person
	plans                                  []plan
	numbers                                numbers
}

func slugs() map[string]bool {
	known := map[string]bool{}
	for _, c := range companies {
		known[c.slug] = true
	}
	return known
}

var companies = []company{
	{
		numbers: numbers{property: "301000001", website: ga4sim.Leads, visits: 340, adAccount: "20410001", spend: 90},
		slug:    "acme-industrial", name: "Acme Industrial", website: "https://acme-industrial.example",
		clientType: "b2b", businessModel: "lead_gen", timezone: "Europe/Berlin", currency: "EUR", since: 398,
		lead: "jonas",
		people: []person{
			{"Katrin", "Vogel", "Head of marketing", "+49 511 5550 140"},
			{"Stefan", "Brandt", "Managing director", "+49 511 5550 100"},
			{"Hannah", "Reuter", "Marketing manager", "+49 511 5550 142"},
			{"Ulrich", "Kern", "Sales director", "+49 511 5550 120"},
			{"Ines", "Faber", "IT", "+49 511 5550 160"},
			{"Markus", "Lohr", "Trade fairs", ""},
		},
		plans: []plan{
			{"Website relaunch", "Website", "46500.00", 352, -330, -190, done, []part{{"Discovery", 2, 100, ""}, {"Design", 3, 100, ""}, {"Build", 5, 100, ""}, {"Content", 3, 100, ""}, {"Launch", 1, 100, ""}}},
			{"Product configurator", "Website", "38400.00", 205, -170, 35, running, []part{{"Discovery", 2, 100, ""}, {"Design", 3, 100, ""}, {"Build", 5, 70, ""}, {"Data of all pumps", 3, 40, "Flow curves of the PX-600 series"}, {"Launch", 1, 0, ""}}},
			{"Pump fair package", "Campaign", "7200.00", 150, -128, -84, done, []part{{"Landing page", 2, 100, ""}, {"Reservations", 1, 100, ""}, {"Follow-up mails", 1, 100, ""}}},
			{"Chat on the website", "Website", "4900.00", 140, -120, -100, refused, []part{{"Set-up", 1, 0, ""}}},
			{"Dealer portal", "Web application", "52000.00", 24, 9, 130, agreed, []part{{"Discovery", 2, 0, ""}, {"Design", 3, 0, ""}, {"Build", 6, 0, ""}, {"Pilot", 2, 0, ""}}},
			{"Product films", "Campaign", "9800.00", 7, 20, 60, offered, []part{{"Script", 1, 0, ""}, {"Filming", 2, 0, ""}, {"Cut", 2, 0, ""}}},
			{"Marketing automation", "Campaign", "14500.00", 2, 40, 110, drafted, []part{{"Concept", 1, 0, ""}, {"Set-up", 3, 0, ""}}},
		},
	},
	{
		numbers: numbers{property: "301000002", website: ga4sim.Shop, visits: 520, shop: "boltline", orders: 9, products: fasteners},
		slug:    "boltline", name: "Boltline", website: "https://boltline.example",
		clientType: "b2b", businessModel: "online_sales", timezone: "Europe/London", currency: "GBP", since: 396,
		lead: "jonas",
		people: []person{
			{"Declan", "Hurst", "E-commerce director", "+44 113 496 0110"},
			{"Marian", "Platt", "Finance director", "+44 113 496 0104"},
			{"Ruby", "Sanders", "Shop manager", "+44 113 496 0117"},
			{"Glen", "Tully", "Warehouse", "+44 113 496 0131"},
			{"Anil", "Mistry", "ERP", "+44 113 496 0150"},
			{"Carol", "Webb", "Customer service", ""},
		},
		plans: []plan{
			{"Move to the new shop", "Online shop", "88000.00", 372, -345, -200, done, []part{{"Discovery", 2, 100, ""}, {"Catalogue", 4, 100, ""}, {"Checkout", 3, 100, ""}, {"Link to the ERP", 4, 100, ""}, {"Launch", 1, 100, ""}}},
			{"Trade account portal", "Online shop", "64000.00", 168, -140, 24, running, []part{{"Discovery", 1, 100, ""}, {"Accounts and prices", 4, 100, ""}, {"Order approval", 3, 85, ""}, {"Pilot with ten customers", 2, 20, "The list of pilot customers"}, {"Launch", 1, 0, ""}}},
			{"Product photographs", "Content", "6400.00", 125, -110, -60, done, []part{{"Photography", 2, 100, ""}, {"Retouching", 1, 100, ""}}},
			{"Branch finder", "Website", "5200.00", 96, -80, -50, dropped, []part{{"Design", 1, 0, ""}, {"Build", 2, 0, ""}}},
			{"Shopping feed", "Campaign", "3800.00", 18, 7, 32, agreed, []part{{"Feed", 2, 0, ""}, {"Campaigns", 1, 0, ""}}},
			{"Search by thread size", "Online shop", "11200.00", 12, 40, 75, offered, []part{{"Analysis", 1, 0, ""}, {"Build", 3, 0, ""}, {"Tuning", 1, 0, ""}}},
		},
	},
	{
		numbers: numbers{property: "301000003", website: ga4sim.Leads, visits: 210, adAccount: "20410003", spend: 60},
		slug:    "clearview-dental", name: "Clearview Dental", website: "https://clearview-dental.example",
		clientType: "b2c", businessModel: "lead_gen", timezone: "America/New_York", currency: "USD", since: 391,
		lead: "jonas",
		people: []person{
			{"Allison", "Pierce", "Practice owner", "+1 617 555 0101"},
			{"Marcus", "Bell", "Operations", "+1 617 555 0120"},
			{"Jenna", "Ortiz", "Front desk and marketing", "+1 617 555 0142"},
			{"Samir", "Patel", "Associate dentist", ""},
			{"Ngozi", "Okonjo", "Pediatric dentist", ""},
			{"Renee", "Dubois", "Legal counsel", "+1 617 555 0177"},
		},
		plans: []plan{
			{"Website for three practices", "Website", "41000.00", 370, -350, -230, done, []part{{"Discovery", 1, 100, ""}, {"Design", 3, 100, ""}, {"Build", 4, 100, ""}, {"Launch", 1, 100, ""}}},
			{"Text reminders", "Web application", "8600.00", 224, -210, -178, done, []part{{"Set-up", 1, 100, ""}, {"Consent", 1, 100, ""}, {"Launch", 1, 100, ""}}},
			{"Patient portal", "Web application", "57500.00", 176, -150, 30, running, []part{{"Discovery", 2, 100, ""}, {"Booking", 4, 100, ""}, {"Forms", 3, 60, ""}, {"Consent texts", 1, 30, "Approval of the consent texts by your counsel"}, {"Waiting list", 2, 0, ""}, {"Launch", 1, 0, ""}}},
			{"Implants campaign", "Campaign", "12000.00", 116, -100, -40, done, []part{{"Landing page", 1, 100, ""}, {"Advertising", 3, 100, ""}, {"Report", 1, 100, ""}}},
			{"Membership plan", "Website", "9400.00", 16, 5, 40, agreed, []part{{"Design", 1, 0, ""}, {"Build", 2, 0, ""}}},
			{"Website in Spanish", "Website", "13800.00", 8, 21, 70, offered, []part{{"Translation", 2, 0, ""}, {"Build", 1, 0, ""}, {"Launch", 1, 0, ""}}},
		},
	},
	{
		numbers: numbers{property: "301000004", website: ga4sim.Shop, visits: 900, adAccount: "20490004", spend: 180, shop: "dapper-goods", orders: 14, products: clothes},
		slug:    "dapper-goods", name: "Dapper Goods", website: "https://dapper-goods.example",
		clientType: "b2c", businessModel: "online_sales", timezone: "Europe/London", currency: "GBP", since: 388,
		lead: "nadia",
		people: []person{
			{"Freya", "Lindgren", "Founder", "+44 20 7946 0211"},
			{"Toby", "Ashworth", "Finance", "+44 20 7946 0214"},
			{"Mina", "Castell", "Shop manager", "+44 20 7946 0218"},
			{"Joel", "Frame", "Buyer", ""},
			{"Ellis", "Rowe", "Accountant", "+44 20 7946 0290"},
			{"Dara", "Quinn", "Warehouse", ""},
		},
		plans: []plan{
			{"Returns portal", "Online shop", "16800.00", 318, -300, -210, done, []part{{"Design", 1, 100, ""}, {"Build", 3, 100, ""}, {"Link to the parcel service", 2, 100, ""}}},
			{"International shipping", "Online shop", "12400.00", 206, -190, -118, done, []part{{"Prices and taxes", 2, 100, ""}, {"Checkout", 2, 100, ""}, {"Launch", 1, 100, ""}}},
			{"Storefront relaunch", "Online shop", "48500.00", 146, -120, 58, running, []part{{"Discovery", 1, 100, ""}, {"Design", 3, 100, ""}, {"Build", 5, 55, ""}, {"Product texts", 2, 20, "Texts for 40 bestsellers"}, {"Launch", 1, 0, ""}}},
			{"Lookbook", "Campaign", "6900.00", 92, -80, -48, done, []part{{"Design", 1, 100, ""}, {"Photography", 1, 100, ""}, {"Page", 1, 100, ""}}},
			{"Loyalty programme", "Online shop", "22600.00", 20, 14, 95, agreed, []part{{"Rules", 1, 0, ""}, {"Design", 2, 0, ""}, {"Build", 4, 0, ""}}},
			{"Marketplace feed", "Online shop", "7300.00", 5, 25, 55, offered, []part{{"Feed", 2, 0, ""}, {"Orders", 2, 0, ""}}},
			{"Gift subscriptions", "Online shop", "9900.00", 1, 60, 110, drafted, []part{{"Concept", 1, 0, ""}, {"Build", 3, 0, ""}}},
		},
	},
	{
		numbers: numbers{property: "301000005", website: ga4sim.Brochure, visits: 120},
		slug:    "elm-studio", name: "Elm Studio", website: "https://elm-studio.example",
		clientType: "b2b", businessModel: "lead_gen", websiteType: "brochure", timezone: "Europe/Dublin", currency: "EUR", since: 384,
		lead: "nadia",
		people: []person{
			{"Aoife", "Brennan", "Partner", "+353 1 555 0190"},
			{"Cormac", "Daly", "Partner", "+353 1 555 0191"},
			{"Niamh", "Kehoe", "Studio manager", "+353 1 555 0188"},
			{"Piotr", "Zielinski", "Architect", ""},
			{"Ewa", "Lis", "Photographer", ""},
		},
		plans: []plan{
			{"New website", "Website", "28000.00", 360, -340, -222, done, []part{{"Discovery", 1, 100, ""}, {"Design", 4, 100, ""}, {"Build", 3, 100, ""}, {"Launch", 1, 100, ""}}},
			{"Exhibition site", "Website", "6100.00", 200, -180, -150, refused, []part{{"Design", 1, 0, ""}, {"Build", 1, 0, ""}}},
			{"Accessibility review", "Website", "3200.00", 164, -150, -120, done, []part{{"Review", 1, 100, ""}, {"Corrections", 2, 100, ""}}},
			{"New case studies", "Content", "8400.00", 110, -95, 20, running, []part{{"Library in Naas", 1, 100, ""}, {"Boathouse", 1, 100, ""}, {"House for a cellist", 1, 50, ""}, {"Mill Lane", 1, 10, "Plans without dimensions"}}},
			{"Photograph archive", "Web application", "15200.00", 9, 30, 100, offered, []part{{"Concept", 1, 0, ""}, {"Build", 3, 0, ""}, {"Import", 1, 0, ""}}},
		},
	},
	{
		numbers: numbers{property: "301000006", website: ga4sim.WebApp, visits: 610},
		slug:    "fleetly", name: "Fleetly", website: "https://fleetly.example",
		clientType: "b2b", businessModel: "online_sales", websiteType: "transactional", timezone: "America/Los_Angeles", currency: "USD", since: 380,
		lead: "nadia",
		people: []person{
			{"Grace", "Holloway", "VP product", "+1 206 555 0133"},
			{"Victor", "Lam", "CFO", "+1 206 555 0110"},
			{"Diego", "Santos", "Product manager", "+1 206 555 0138"},
			{"Amy", "Chen", "Customer success", "+1 206 555 0144"},
			{"Rosa", "Whitfield", "Operations", "+1 206 555 0160"},
			{"Leo", "Barton", "Sales", ""},
		},
		plans: []plan{
			{"Help centre", "Website", "24500.00", 298, -280, -172, done, []part{{"Structure", 1, 100, ""}, {"Design", 2, 100, ""}, {"Build", 3, 100, ""}, {"Launch", 1, 100, ""}}},
			{"Pricing page", "Website", "7800.00", 162, -150, -122, done, []part{{"Design", 1, 100, ""}, {"Test of two versions", 2, 100, ""}}},
			{"Onboarding redesign", "Web application", "44000.00", 124, -100, 28, running, []part{{"Research", 2, 100, ""}, {"Design", 3, 100, ""}, {"Build", 4, 65, ""}, {"Texts", 1, 50, "Texts for the empty states"}, {"Launch", 1, 0, ""}}},
			{"Design system", "Web application", "31000.00", 78, -60, 90, running, []part{{"Inventory", 1, 100, ""}, {"Components", 4, 35, ""}, {"Documentation", 2, 0, ""}}},
			{"Podcast page", "Website", "3900.00", 70, -50, -30, dropped, []part{{"Design", 1, 0, ""}, {"Build", 1, 0, ""}}},
			{"App landing page", "Website", "8900.00", 15, 6, 38, agreed, []part{{"Design", 1, 0, ""}, {"Build", 2, 0, ""}}},
			{"Partner portal", "Web application", "36500.00", 4, 35, 140, offered, []part{{"Discovery", 1, 0, ""}, {"Design", 2, 0, ""}, {"Build", 4, 0, ""}}},
		},
	},
}

// What the shops sell, the best first.
var (
	clothes = []shopifysim.Product{
		{Title: "Oxford shirt, white", Cents: 6900}, {Title: "Merino crew neck", Cents: 8900}, {Title: "Chinos, navy", Cents: 7900},
		{Title: "Leather belt", Cents: 4500}, {Title: "Wool scarf", Cents: 3900}, {Title: "Desert boots", Cents: 12900}, {Title: "Socks, three pairs", Cents: 1800},
	}
	fasteners = []shopifysim.Product{
		{Title: "Hex bolts M8, crate of 500", Cents: 14900}, {Title: "Anchor bolts M12, crate of 200", Cents: 22900}, {Title: "Washers M8, crate of 2,000", Cents: 6900},
		{Title: "Threaded rods M10, 50", Cents: 11900}, {Title: "Lock nuts M8, crate of 1,000", Cents: 8900},
	}
)
