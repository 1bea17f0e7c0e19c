"""What the files of a spine and a body must hold."""

from biomech.library.anatomy import BODIES, DISC_LEVELS, LEVELS
from biomech.library.needed import Needed

HEALTHY = Needed(
    positive="""
        spine_reference_stature spine_reference_mass facet_toe
        vertebrae.body_height~ vertebrae.upper_width? vertebrae.upper_depth? vertebrae.lower_width? vertebrae.lower_depth?
        vertebrae.canal_width? vertebrae.canal_depth? vertebrae.pedicle_width? vertebrae.pedicle_height? vertebrae.transverse_width?
        vertebrae.spinous_length?
        joints.disc_height~ joints.disc_area~ joints.disc_depth~ joints.disc_width~ joints.axial_factor~
        joints.shear_stiffness_ap joints.shear_stiffness_lateral joints.bending_stiffness_sagittal joints.bending_stiffness_lateral
        joints.torsion_stiffness joints.rib_factor_sagittal joints.rib_factor_lateral joints.rib_factor_torsion

        joints.axial_stiffness_no_disc? joints.axial_viscosity joints.extensor_arm joints.flexor_arm joints.lateral_arm
        joints.pedicle_to_disc~ joints.foramen_height~ ligaments.stiffness ligaments.transition_strain facets.stiffness""",
    any_sign="""
        sacral_slope vertebrae.wedge~ joints.disc_wedge joints.foramen_x~ joints.foramen_z~ ligaments.reference_strain
        ligaments.lower_x ligaments.lower_y ligaments.lower_z ligaments.upper_x ligaments.upper_y ligaments.upper_z
        facets.x facets.y facets.z facets.normal_x facets.normal_y facets.normal_z facets.gap""",
    rows=(("vertebrae", BODIES), ("joints", LEVELS)),
    at=(("ligaments", LEVELS), ("facets", LEVELS)),
    without=(
        ("vertebrae", ("skull", "pelvis")),
        ("joints", tuple(level for level in LEVELS if level not in DISC_LEVELS)),
    ),
)
DISC = Needed(
    positive="""
        load_sharing resting_pressure modulus_tension modulus_compression strain_width swelling_exponent permeability endplate_thickness
        permeability_strain water_fraction viscosity_shear viscosity_rotation bending_floor branches.time
        branches.axial branches.bending""",
    zero_or_more="tension_share creep_tension swelling_restraint swelling_restraint_slope viscosity_floor shear_centre",
    any_sign="strain_middle",
)
MUSCLE = Needed(
    positive="""
        muscle_length postural_stiffness hip_stiffness hip_stiffness_active hip_stiffness_sideways leg_stiffness back_stiffness back_toe
        skin_stiffness settle_time shift_time upright_width trunk_inertia contact_damping body_per_slice slip_time""",
    zero_or_more="short_range pelvis_per_hip_flexion neck_stiffness postural_floor onset_share leg_share_on_soles",
    any_sign="arm_x upright_angle standing_angle",
)
BODY = Needed(
    positive="""
        reference_mass reference_stature disc_height_factor disc_area_factor arm_mass leg_mass leg_length head_height
        soft_tissue_compliance soft_tissue_time slices.mass slices.depth slices.breadth slices.height slices.skin_back""",
    any_sign="area_mass_exponent hip_x hip_y blood_per_stature_cubed blood_per_mass blood_constant slices.com_x slices.com_y",
    rows=(("slices", BODIES),),
)
GRADE_FACTORS = ("height_factor", "stiffness_factor", "permeability_factor", "swelling_factor", "pressure_factor")
