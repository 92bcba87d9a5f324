package ga4sim

// Profile is a kind of business.
type Profile string

// The profiles.
const (
	Leads    Profile = "leads"    // asks for enquiries
	Shop     Profile = "shop"     // sells
	Brochure Profile = "brochure" // shows
	WebApp   Profile = "web app"  // is used
)

// business is what makes the numbers of a profile.
type business struct {
	weekdays []int64 // Sunday first, in thousandths
	engaged  int64   // of visits, in thousandths
	seconds  int64   // of an engaged visit
	views    int64   // pages of a visit, in thousandths
	traffic  []traffic
	pages    []share
	events   []event
	order    int64 // an order's value in cents; 0 sells nothing
}

// traffic is where visits come from. Converts is how much likelier than others they
// end in a key event, in thousandths.
type traffic struct {
	channel, source, medium, campaign string
	weight, converts                  int64
}

type share struct {
	value  string
	weight int64
}

// event is what visitors do, for each thousand visits.
type event struct {
	name string
	rate int64
	key  bool
}

var (
	workdays = []int64{420, 1180, 1220, 1210, 1170, 1010, 450}
	leisure  = []int64{1230, 930, 900, 920, 960, 1050, 1260}
)

var searchAndMore = []traffic{
	{"Organic Search", "google", "organic", "(organic)", 360, 1100},
	{"Organic Search", "bing", "organic", "(organic)", 40, 1000},
	{"Direct", "(direct)", "(none)", "(direct)", 190, 900},
	{"Referral", "industry-news.example", "referral", "(referral)", 60, 1200},
	{"Email", "newsletter", "email", "monthly-news", 50, 1600},
}

var businesses = map[Profile]business{
	Leads: {
		weekdays: workdays, engaged: 610, seconds: 95, views: 2300,
		traffic: append([]traffic{
			{"Paid Search", "google", "cpc", "brand-search", 120, 1900},
			{"Paid Search", "google", "cpc", "services-search", 110, 1500},
			{"Paid Social", "facebook", "paid_social", "lead-form-q4", 50, 800},
			{"Organic Social", "linkedin.com", "social", "(referral)", 20, 600},
		}, searchAndMore...),
		pages:  []share{{"/", 260}, {"/services", 170}, {"/services/consulting", 110}, {"/about", 80}, {"/contact", 120}, {"/references", 90}, {"/blog", 90}, {"/careers", 80}},
		events: []event{{"form_start", 58, false}, {"generate_lead", 24, true}, {"contact_form_submit", 13, true}, {"file_download", 40, false}, {"phone_click", 9, true}},
	},
	Shop: {
		weekdays: leisure, engaged: 680, seconds: 140, views: 4600, order: 6240,
		traffic: append([]traffic{
			{"Paid Search", "google", "cpc", "shopping-all", 150, 1500},
			{"Paid Social", "facebook", "paid_social", "autumn-collection", 140, 1100},
			{"Paid Social", "instagram", "paid_social", "retargeting", 60, 2300},
			{"Organic Social", "instagram.com", "social", "(referral)", 60, 500},
		}, searchAndMore...),
		pages: []share{{"/", 200}, {"/collections/new", 180}, {"/products/weekender", 150}, {"/products/card-holder", 110}, {"/products/belt", 80}, {"/cart", 120}, {"/checkout", 70}, {"/pages/returns", 40}},
		events: []event{
			{"view_item", 1450, false}, {"add_to_cart", 128, false}, {"begin_checkout", 61, false}, {"purchase", 27, true}, {"sign_up", 12, true},
		},
	},
	Brochure: {
		weekdays: workdays, engaged: 520, seconds: 62, views: 1900,
		traffic: append([]traffic{{"Organic Social", "instagram.com", "social", "(referral)", 130, 700}}, searchAndMore...),
		pages:   []share{{"/", 340}, {"/portfolio", 240}, {"/portfolio/house-on-the-hill", 130}, {"/studio", 110}, {"/journal", 100}, {"/contact", 80}},
		events:  []event{{"contact_form_submit", 8, true}, {"file_download", 15, false}},
	},
	WebApp: {
		weekdays: workdays, engaged: 790, seconds: 310, views: 6200,
		traffic: append([]traffic{
			{"Paid Search", "google", "cpc", "fleet-software", 90, 1700},
			{"Paid Social", "linkedin", "paid_social", "trial-offer", 60, 1200},
		}, searchAndMore...),
		pages: []share{{"/app/dashboard", 330}, {"/app/vehicles", 200}, {"/app/routes", 150}, {"/", 110}, {"/pricing", 80}, {"/signup", 50}, {"/app/reports", 80}},
		events: []event{
			{"sign_up", 19, true}, {"login", 560, false}, {"feature_route_planned", 310, false}, {"feature_report_exported", 90, false},
			{"feature_driver_invited", 24, false}, {"feature_alert_set", 47, false}, {"begin_checkout", 14, false}, {"purchase", 8, true},
		},
		order: 9900,
	},
}

var (
	devices   = []share{{"desktop", 520}, {"mobile", 440}, {"tablet", 40}}
	countries = []share{{"Germany", 640}, {"Austria", 130}, {"Switzerland", 110}, {"Netherlands", 60}, {"France", 40}, {"(not set)", 20}}
	months    = []int64{930, 960, 1010, 1000, 990, 950, 880, 890, 1020, 1060, 1130, 1080}
)
