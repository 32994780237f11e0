package featurebasetest

// Routes returns method and path of each endpoint.
func (s *Server) Routes() (routes [][2]string) {
	for _, t := range s.routes {
		routes = append(routes, [2]string{t.method, t.path})
	}
	return routes
}
