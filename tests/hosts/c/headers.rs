//! Empty: the package exists for the headers of its dependency.
