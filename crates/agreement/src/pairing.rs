//! Which front end talks to which API.

/// A front end, as far as pairing needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebSide {
    /// Its folder; `.` for the folder looked at.
    pub root: String,
    /// Its calls to an API: method, where told, and path with `{}` for each unknown part.
    pub calls: Vec<(Option<String>, String)>,
}

/// An API, as far as pairing needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiSide {
    /// Its folder; `.` for the folder looked at.
    pub root: String,
    /// Its routes: method and path.
    pub routes: Vec<(String, String)>,
}

/// One front end and one API that belong together, as indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The front end.
    pub web: usize,
    /// The API.
    pub api: usize,
    /// For each call of the front end that goes to this API: the call, and the route that answers it where one was found.
    pub calls: Vec<(usize, Option<usize>)>,
}

/// Pairs each front end that calls an API with the nearest ones that answer.
///
/// An API that none of these reaches is paired with the nearest front end of which no call is known. Where no call is known
/// at all, each front end is paired with the API nearest to it.
pub fn pair(webs: &[WebSide], apis: &[ApiSide]) -> Vec<Pair> {
    let (calling, silent): (Vec<usize>, Vec<usize>) =
        (0..webs.len()).partition(|&web| !webs[web].calls.is_empty());
    let mut pairs: Vec<Pair> = calling
        .iter()
        .flat_map(|&web| pairs_of(web, &webs[web], apis))
        .collect();
    if calling.is_empty() {
        pairs.extend(
            silent
                .iter()
                .flat_map(|&web| pairs_of(web, &webs[web], apis)),
        );
    }
    for (api, side) in apis.iter().enumerate() {
        if pairs.iter().any(|pair| pair.api == api) {
            continue;
        }
        let nearest = silent
            .iter()
            .rev()
            .max_by_key(|&&web| nearness(&webs[web].root, &side.root));
        pairs.extend(nearest.map(|&web| Pair {
            web,
            api,
            calls: Vec::new(),
        }));
    }
    pairs
}

fn pairs_of(index: usize, web: &WebSide, apis: &[ApiSide]) -> Vec<Pair> {
    let answers: Vec<Vec<Option<usize>>> = apis
        .iter()
        .map(|api| {
            web.calls
                .iter()
                .map(|(method, path)| answering(method.as_deref(), path, &api.routes))
                .collect()
        })
        .collect();
    let matched = |api: usize| answers[api].iter().flatten().count();
    let near = |api: usize| nearness(&web.root, &apis[api].root);
    let any = (0..apis.len()).any(|api| matched(api) > 0);
    let Some(nearest) = (0..apis.len())
        .filter(|&api| !any || matched(api) > 0)
        .map(near)
        .max()
    else {
        return Vec::new();
    };
    let mut candidates: Vec<usize> = (0..apis.len())
        .filter(|&api| near(api) == nearest && (!any || matched(api) > 0))
        .collect();
    candidates.sort_by_key(|&api| {
        (
            std::cmp::Reverse(matched(api)),
            std::cmp::Reverse(apis[api].routes.len()),
        )
    });
    let mut pairs: Vec<Pair> = candidates
        .iter()
        .map(|&api| Pair {
            web: index,
            api,
            calls: Vec::new(),
        })
        .collect();
    for (call, _) in web.calls.iter().enumerate() {
        // A call that no route answers goes where most calls go.
        let slot = candidates
            .iter()
            .position(|&api| answers[api][call].is_some())
            .unwrap_or(0);
        if let Some(pair) = pairs.get_mut(slot) {
            let route = answers[pair.api][call];
            pair.calls.push((call, route));
        }
    }
    let first = pairs.first().map(|pair| pair.api);
    pairs.retain(|pair| !pair.calls.is_empty() || Some(pair.api) == first);
    pairs
}

/// How many folders two paths share from the top.
fn nearness(one: &str, other: &str) -> usize {
    one.split('/')
        .zip(other.split('/'))
        .take_while(|(a, b)| a == b)
        .count()
}

/// The route that answers a call: method and path agree, up to a prefix that either side adds elsewhere.
fn answering(method: Option<&str>, path: &str, routes: &[(String, String)]) -> Option<usize> {
    let call = path_segments(path);
    let score = |route: &(String, String)| {
        let (verb, path) = route;
        if method.is_some_and(|method| !method.eq_ignore_ascii_case(verb)) {
            return None;
        }
        agreement(&call, &path_segments(path))
    };
    routes
        .iter()
        .enumerate()
        .rev()
        .filter_map(|(index, route)| Some((score(route)?, index)))
        .max_by_key(|(score, _)| *score)
        .map(|(_, index)| index)
}

/// How well two paths agree: the literal segments in common, then how little one has before the other begins.
fn agreement(call: &[&str], route: &[&str]) -> Option<(usize, usize)> {
    let (short, long) = if call.len() <= route.len() {
        (call, route)
    } else {
        (route, call)
    };
    let tail = &long[long.len() - short.len()..];
    let pairs = || short.iter().zip(tail);
    let agree = pairs().all(|(a, b)| is_open(a) || is_open(b) || a == b);
    let literal = pairs().filter(|(a, b)| a == b && !is_open(a)).count();
    // A prefix may be missing on one side, but some word must be common.
    (agree && (literal > 0 || call.len() == route.len()))
        .then(|| (literal, usize::MAX - (long.len() - short.len())))
}

/// Whether a route could answer a call by its path, whatever the method: up to a prefix that either side adds elsewhere.
pub fn path_fits(call: &str, route: &str) -> bool {
    agreement(&path_segments(call), &path_segments(route)).is_some()
}

/// The segments of a path, its query left out.
pub fn path_segments(path: &str) -> Vec<&str> {
    path.split('?')
        .next()
        .unwrap_or_default()
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect()
}

fn is_open(segment: &str) -> bool {
    segment.contains('{')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web(root: &str, calls: &[&str]) -> WebSide {
        WebSide {
            root: root.into(),
            calls: calls
                .iter()
                .map(|call| {
                    let (method, path) = call.split_once(' ').unwrap();
                    (Some(method.to_owned()), path.to_owned())
                })
                .collect(),
        }
    }

    fn api(root: &str, routes: &[&str]) -> ApiSide {
        ApiSide {
            root: root.into(),
            routes: web(root, routes)
                .calls
                .into_iter()
                .map(|(method, path)| (method.unwrap(), path))
                .collect(),
        }
    }

    #[test]
    fn two_of_each_are_paired_by_folder_even_where_the_routes_are_the_same() {
        let webs = [
            web("one/web", &["GET /tasks"]),
            web("two/web", &["GET /tasks"]),
        ];
        let apis = [
            api("two/api", &["GET /tasks"]),
            api("one/api", &["GET /tasks"]),
        ];
        let pairs = pair(&webs, &apis);
        let names: Vec<_> = pairs.iter().map(|pair| (pair.web, pair.api)).collect();
        assert_eq!(names, [(0, 1), (1, 0)]);
    }

    #[test]
    fn a_front_end_that_calls_two_apis_is_paired_with_both() {
        let webs = [web("web", &["GET /tasks/{}", "POST /chat"])];
        let apis = [
            api("tasks", &["GET /api/tasks/{id}", "GET /api/tasks"]),
            api("chat", &["POST /chat"]),
        ];
        let pairs = pair(&webs, &apis);
        assert_eq!(pairs.len(), 2);
        assert_eq!(pairs[0].calls, [(0, Some(0))]);
        assert_eq!(pairs[1].calls, [(1, Some(0))]);
    }

    #[test]
    fn an_api_that_nobody_calls_is_paired_with_a_front_end_whose_calls_are_unknown() {
        let webs = [web("a/web", &[]), web("b/web", &["GET /x"])];
        let apis = [api("b/api", &["GET /x"]), api("a/api", &["GET /y"])];
        let pairs = pair(&webs, &apis);
        let names: Vec<_> = pairs.iter().map(|pair| (pair.web, pair.api)).collect();
        assert_eq!(names, [(1, 0), (0, 1)]);
        // A front end whose calls are known is not paired with what it does not call.
        let names: Vec<_> = pair(&webs[1..], &apis)
            .iter()
            .map(|pair| pair.api)
            .collect();
        assert_eq!(names, [0]);
    }

    #[test]
    fn none_of_either_gives_no_pair() {
        assert!(pair(&[], &[api(".", &[])]).is_empty());
        assert!(pair(&[web(".", &[])], &[]).is_empty());
    }

    #[test]
    fn a_literal_path_is_preferred_to_a_parameter() {
        let routes = api(".", &["GET /tasks/{id}", "GET /tasks/done"]).routes;
        assert_eq!(answering(Some("GET"), "/tasks/done", &routes), Some(1));
        assert_eq!(answering(Some("GET"), "/tasks/{}", &routes), Some(0));
        assert_eq!(answering(Some("PUT"), "/tasks/{}", &routes), None);
    }
}
