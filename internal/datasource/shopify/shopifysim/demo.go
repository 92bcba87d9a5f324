package shopifysim

// DemoShops are shops as different as an agency's clients: one that sells to everybody,
// one that sells by the crate to companies, and one that sells subscriptions.
func DemoShops() []Shop {
	return []Shop{
		{
			Name: "dapper-goods", Title: "Dapper Goods", Zone: "Europe/Berlin", Currency: "EUR", Presentment: "USD",
			OrdersPerDay: 30, Growth: 0.3, Returning: 0.34, Products: defaultProducts,
		},
		{
			Name: "boltline", Title: "Boltline Supply", Zone: "Europe/Berlin", Currency: "EUR",
			OrdersPerDay: 7, Growth: 0.18, Returning: 0.72, Business: true,
			Products: []Product{
				{"Hex Bolt M8, box of 100", 1890}, {"Anchor Set", 3450}, {"Threaded Rod 1 m", 420}, {"Flange Nut M10, box of 50", 1275},
				{"Stainless Washer, box of 200", 990}, {"Torque Wrench", 11900}, {"Drill Bit Set", 4580}, {"Safety Gloves", 690},
			},
		},
		{
			Name: "fleetly", Title: "Fleetly", Zone: "Europe/London", Currency: "GBP",
			OrdersPerDay: 14, Growth: 0.6, Returning: 0.81,
			Products: []Product{{"Starter, a month", 1900}, {"Team, a month", 7900}, {"Fleet, a month", 24900}, {"Tracker", 4900}},
		},
	}
}
