//! Test vectors through the driver.

use harness_driver::{Call, Reply, VectorResult};
use pruefstand_vectors::Vector;

use crate::{
    check::Stop,
    scene::{Scene, actor::unexpected},
    target::DriverFault,
};

impl Scene {
    /// Runs one vector; `None` if the product has no such operation. Vectors are data of their own and not recorded one by one.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn run_vector(&mut self, vector: &Vector) -> Result<Option<VectorResult>, Stop> {
        let call = Call::VecRun {
            op: vector.operation.clone(),
            input: vector.input.clone(),
        };
        let client = self
            .client
            .as_mut()
            .ok_or_else(|| Stop::harness("the target has no client"))?;
        match client.call(&call) {
            Ok((_, Reply::Vector(result))) => Ok(Some(result)),
            Ok((_, other)) => Err(unexpected(&other)),
            Err(DriverFault::Unsupported { .. }) => Ok(None),
            Err(fault) => Err(Stop::driver(format!("{}: {fault}", vector.id))),
        }
    }
}
