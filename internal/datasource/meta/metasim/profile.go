package metasim

// Profile is a kind of business.
type Profile string

// The profiles.
const (
	Leads    Profile = "leads"    // asks for enquiries
	Shop     Profile = "shop"     // sells
	Brochure Profile = "brochure" // shows
	WebApp   Profile = "web app"  // is used
)

// business is what makes the numbers of a profile, in thousandths where not said.
type business struct {
	weekdays  []int64 // Sunday first
	mille     int64   // cents for a thousand impressions
	clicks    int64   // of impressions, in hundred thousandths
	engaged   int64   // of impressions, in hundred thousandths
	leads     int64   // of link clicks, in ten thousandths
	purchases int64   // of link clicks, in ten thousandths
	order     int64   // cents
	campaigns []campaign
}

type campaign struct {
	name, objective string
	weight          int64
	adsets          []string
}

var (
	workdays = []int64{700, 1080, 1100, 1110, 1090, 1050, 740}
	leisure  = []int64{1160, 930, 920, 940, 980, 1060, 1190}
)

var businesses = map[Profile]business{
	Leads: {
		weekdays: workdays, mille: 940, clicks: 1450, engaged: 3100, leads: 420,
		campaigns: []campaign{
			{"Lead form Q4", "OUTCOME_LEADS", 520, []string{"Decision makers", "Lookalike 1 %"}},
			{"Website enquiries", "OUTCOME_LEADS", 330, []string{"Region", "Retargeting 30 days"}},
			{"Brand", "OUTCOME_AWARENESS", 150, []string{"Broad"}},
		},
	},
	Shop: {
		weekdays: leisure, mille: 710, clicks: 1720, engaged: 3900, purchases: 310, order: 6180, leads: 12,
		campaigns: []campaign{
			{"Autumn collection", "OUTCOME_SALES", 400, []string{"Broad", "Lookalike 2 %"}},
			{"Retargeting", "OUTCOME_SALES", 280, []string{"Cart 14 days", "Viewed 30 days"}},
			{"New customers", "OUTCOME_SALES", 220, []string{"Interests", "Broad"}},
			{"Brand film", "OUTCOME_AWARENESS", 100, []string{"Broad"}},
		},
	},
	Brochure: {
		weekdays: leisure, mille: 520, clicks: 1100, engaged: 6200, leads: 60,
		campaigns: []campaign{{"Portfolio", "OUTCOME_ENGAGEMENT", 1000, []string{"Region", "Interests"}}},
	},
	WebApp: {
		weekdays: workdays, mille: 1180, clicks: 1300, engaged: 2400, leads: 510, purchases: 70, order: 9900,
		campaigns: []campaign{
			{"Trial offer", "OUTCOME_LEADS", 640, []string{"Fleet managers", "Lookalike 1 %"}},
			{"Upgrade", "OUTCOME_SALES", 360, []string{"Trial users"}},
		},
	},
}

// ads are in every ad set.
var ads = []struct {
	name   string
	weight int64
}{{"Video 15s", 580}, {"Carousel", 420}}

var months = []int64{900, 920, 980, 1000, 1010, 960, 880, 900, 1030, 1080, 1260, 1180}
