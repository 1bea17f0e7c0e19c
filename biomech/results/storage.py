import xarray as xr


def save(dataset, path): dataset.to_netcdf(path, engine="h5netcdf")
def open_dataset(path): return xr.load_dataset(path, engine="h5netcdf")
