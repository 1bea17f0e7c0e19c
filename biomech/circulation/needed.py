"""Which sign the numbers of models/circulation/ may have; what else must fit together stands in `check`."""

from biomech.library.needed import Needed

NEEDED = {
    "vessels": Needed(
        positive="""
            tube_pressure collapse_pressure reference_blood_volume reference_surface reference_stature blood_density knee_distance
            compartment.compliance compartment.floor edge.resistance""",
        zero_or_more="""
            compartment.unstressed_volume compartment.capacity compartment.outside_thorax compartment.outside_abdomen
            edge.tube_conductance edge.local_gain""",
        any_sign="""
            hip_height neck_height carotid_sinus_height brain_height eye_height eye_ahead cuff_height cuff_height_hanging arm_height_hanging
            compartment.height? compartment.leg_distance?""",
    ),
    "heart": Needed(
        positive="""
            passive_pressure passive_exponent ventricular_systole atrial_systole heart_rate fastest_interval slowest_interval
            chamber.end_systolic_elastance chamber.passive_elastance chamber.filling_volume? chamber.filling_pressure?""",
        zero_or_more="pr_interval passive_offset chamber.active_volume",
        any_sign="passive_offset_slope chamber.elastance_gain",
    ),
    "reflexes": Needed(
        positive="arterial_scale cardiopulmonary_scale response.peak response.end",
        zero_or_more="carotid_weight response.delay",
        any_sign="""
            arterial_set_point cardiopulmonary_set_point resistance_arterial resistance_cardiopulmonary interval_sympathetic
            interval_vagal reset_head_down resistance.share venous.arterial venous.cardiopulmonary""",
    ),
    "regulation": Needed(
        positive="""
            filtration_time recovery_time local_width local_time autoregulation_time autoregulation_least autoregulation_most
            diaphragm_area""",
        zero_or_more="autoregulation stressed_offset reference_age filtration.share",
        any_sign="""
            thorax_pressure thorax_slope abdomen_pressure abdomen_slope filtered_upright filtered_inverted local_centre vagal_decline
            stiffening""",
    ),
}
